#include "adapters/kubernetes/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace mtc::kubernetes {
namespace {

constexpr std::size_t kMaxLine = 16U << 20U;  // an object of etcd's has 1.5 MiB at most
constexpr std::size_t kMaxPages = 1000;
constexpr int kGone = 410;
constexpr Millis kBeyondServerTime{15'000};  // then a connection that is silent is dead

std::string text_at(const Json& object, std::string_view outer, std::string_view inner) {
  return string_or(object_or_empty(object, outer), inner);
}

bool may_pass(Errc code) {
  return code == Errc::unavailable || code == Errc::timed_out || code == Errc::rate_limited;
}

}  // namespace

bool LineCutter::feed(std::string_view chunk,
                      const std::function<bool(std::string_view line)>& take) {
  while (!chunk.empty()) {
    const auto end = chunk.find('\n');
    const auto part = chunk.substr(0, end);
    if (pending_.size() + part.size() > kMaxLine) return false;
    if (end == std::string_view::npos) {
      pending_.append(part);
      return true;
    }
    chunk.remove_prefix(end + 1);
    bool more = true;
    if (pending_.empty()) {
      if (!trim(part).empty()) more = take(part);
    } else {
      pending_.append(part);
      const std::string line = std::exchange(pending_, {});
      if (!trim(line).empty()) more = take(line);
    }
    if (!more) return true;
  }
  return true;
}

Watch::Watch(ApiClient& client, ApiCall list, std::string api_version, std::string kind,
             std::string resource_version, Sink sink)
    : client_(client),
      list_(std::move(list)),
      api_version_(std::move(api_version)),
      kind_(std::move(kind)),
      resource_version_(std::move(resource_version)),
      sink_(std::move(sink)) {}

Async<Result<>> Watch::run() {
  note_life();
  for (int attempt = 1;;) {
    heard_ = false;
    const TimePoint begun = client_.clock().now();
    const bool reading = resource_version_.empty();
    const Outcome outcome = co_await (reading ? read_all() : follow());
    if (outcome && *outcome == End::by_sink) co_return Result<>{};
    if (outcome && reading) continue;  // now for the changes
    if (outcome && *outcome == End::forgotten) resource_version_.clear();
    if (!outcome) {
      const Error& error = outcome.error().error;
      const TimePoint now = client_.clock().now();
      if (!may_pass(error.code) || now - last_life_ > client_.options().watch_may_be_away) {
        co_return fail(error);
      }
    }
    // What was heard may have been all there was to hear; without it, do not ask in a hurry.
    attempt = heard_ ? 1 : attempt + 1;
    const bool lived = heard_ || client_.clock().now() - begun >= Millis{1000};
    if (outcome && lived) continue;
    const Millis asked = outcome ? Millis{0} : outcome.error().retry_after;
    auto paused = co_await client_.sleep(std::max(asked, client_.pause_before(attempt + 1)));
    if (!paused) co_return fail(Errc::cancelled, list_.what + ": the watch was cancelled");
  }
}

// All there are, page by page; the state they are of is where the changes begin.
Async<Watch::Outcome> Watch::read_all() {
  ApiCall call = list_;
  call.query.emplace_back("limit", std::to_string(client_.options().page_size));
  const auto query = call.query;
  for (std::size_t number = 0; number < kMaxPages; ++number) {
    auto page = co_await client_.send_json(call);
    if (!page) {
      // Forgotten between two pages: once more from the start, after a pause.
      co_return std::unexpected(std::move(page).error());
    }
    note_life();
    if (auto end = take_items(*page)) co_return std::move(*end);
    const auto next = text_at(*page, "metadata", "continue");
    if (next.empty()) {
      resource_version_ = text_at(*page, "metadata", "resourceVersion");
      if (resource_version_.empty()) co_return malformed();
      co_return End::by_cluster;
    }
    call.query = query;
    call.query.emplace_back("continue", next);
  }
  co_return std::unexpected(
      Failure{.error = {.code = Errc::resource_exhausted,
                        .message = list_.what + ": there are too many to watch; narrow it down"}});
}

std::optional<Watch::Outcome> Watch::take_items(Json& page) {
  const auto items = page.find("items");
  if (items == page.end() || !(items->is_array() || items->is_null())) return malformed();
  for (auto& item : *items) {
    if (!item.is_object()) return malformed();
    item["apiVersion"] = api_version_;
    item["kind"] = kind_;
    if (!pass_on(clusters::ChangeKind::added, std::move(item))) return End::by_sink;
  }
  return std::nullopt;
}

Async<Watch::Outcome> Watch::follow() {
  const auto seconds = client_.options().watch_seconds;
  ApiCall call = list_;
  call.query.emplace_back("watch", "true");
  call.query.emplace_back("allowWatchBookmarks", "true");
  call.query.emplace_back("resourceVersion", resource_version_);
  call.query.emplace_back("timeoutSeconds", std::to_string(seconds));
  LineCutter lines;
  std::optional<Outcome> end;
  const auto done =
      co_await client_.stream(std::move(call),
                              [&](std::string_view chunk) {
                                const bool good = lines.feed(chunk, [&](std::string_view line) {
                                  end = take_line(line);
                                  return !end.has_value();
                                });
                                if (!good) end = malformed();
                                return !end.has_value();
                              },
                              {.idle_timeout = Millis{1000} * seconds + kBeyondServerTime});
  if (end) co_return std::move(*end);
  if (done) co_return End::by_cluster;
  if (done.error().status == kGone) co_return End::forgotten;
  co_return std::unexpected(done.error());
}

std::optional<Watch::Outcome> Watch::take_line(std::string_view line) {
  auto event = parse_json(line);
  if (!event || !event->is_object()) return malformed();
  auto object = event->find("object");
  if (object == event->end() || !object->is_object()) return malformed();
  return take_event(string_or(*event, "type"), std::move(*object));
}

std::optional<Watch::Outcome> Watch::take_event(const std::string& type, Json object) {
  if (type == "ERROR") {
    const auto code = static_cast<int>(integer_or(object, "code"));
    if (code == kGone) return End::forgotten;
    return std::unexpected(client_.failure_of_watch(list_, code, object));
  }
  const auto version = text_at(object, "metadata", "resourceVersion");
  if (version.empty()) return malformed();
  const bool added = type == "ADDED", modified = type == "MODIFIED", deleted = type == "DELETED";
  if (!added && !modified && !deleted && type != "BOOKMARK") return malformed();
  note_life();
  heard_ = true;
  resource_version_ = version;
  if (type == "BOOKMARK") return std::nullopt;
  const auto kind = added      ? clusters::ChangeKind::added
                    : modified ? clusters::ChangeKind::modified
                               : clusters::ChangeKind::deleted;
  if (!pass_on(kind, std::move(object))) return End::by_sink;
  return std::nullopt;
}

bool Watch::pass_on(clusters::ChangeKind kind, Json object) {
  return sink_({.kind = kind, .object = std::move(object)});
}

Watch::Outcome Watch::malformed() const {
  return std::unexpected(
      Failure{.error = {.code = Errc::unavailable,
                        .message = fmt::format("{}: what the cluster at {} answered is malformed",
                                               list_.what, client_.config().host)}});
}

}  // namespace mtc::kubernetes
