#include "emulator/kubernetes/object_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::int64_t kLongest = 3600;  // seconds, where the client sets no limit

std::string error_event(const Status& status) {
  return dump_json({{"type", "ERROR"}, {"object", to_json(status)}}) + "\n";
}

Status too_old(std::uint64_t version, std::uint64_t forgotten) {
  return expired(fmt::format("too old resource version: {} ({})", version, forgotten)).error();
}

}  // namespace

KubeResult<ObjectWatch> ObjectWatch::start(const ObjectRequest& request) {
  const auto& query = request.query;
  auto& store = request.cluster.store();
  const auto& kind = *request.route.stored;
  if (!kind.can("watch")) return method_not_allowed();
  ObjectWatch out;
  auto labels = LabelSelector::parse(query.text("labelSelector"));
  if (!labels) return std::unexpected(labels.error());
  auto fields = FieldSelector::parse(query.text("fieldSelector"), *request.route.kind);
  if (!fields) return std::unexpected(fields.error());
  const auto version = query.number("resourceVersion");
  const auto timeout = query.number("timeoutSeconds");
  if (!timeout) return std::unexpected(timeout.error());
  if (!version || version->value_or(0) < 0)
    return invalid("ListOptions", "meta.k8s.io", "",
                   {field_invalid("resourceVersion", query.text("resourceVersion"),
                                  "strconv.ParseUint: invalid syntax")});
  out.labels_ = std::move(*labels);
  out.fields_ = std::move(*fields);
  out.bookmarks_ = query.flag("allowWatchBookmarks");
  const auto seconds = std::clamp<std::int64_t>(timeout->value_or(kLongest), 0, 24 * kLongest);
  out.timeout_ = std::chrono::seconds(seconds == 0 ? kLongest : seconds);
  const auto from = static_cast<std::uint64_t>(version->value_or(0));
  out.initial_ = from == 0;
  out.seen_ = std::min(from, store.version());
  return out;
}

bool ObjectWatch::selects(const ObjectRequest& request, const ObjectPtr& object) const {
  const auto& route = request.route;
  if (!object) return false;
  if (!route.ns.empty() && object->id().ns != route.ns) return false;
  if (!route.name.empty() && object->id().name != route.name) return false;
  return labels_.matches(object->value()) && fields_.matches(object->value());
}

std::string ObjectWatch::event(const ObjectRequest& request, std::string_view type,
                               const ObjectPtr& object) {
  const bool columns = !std::exchange(told_columns_, true);
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, shown(request, object, columns));
}

std::string ObjectWatch::next(const ObjectRequest& request, bool& over) {
  auto& store = request.cluster.store();
  const auto& kind = *request.route.stored;
  std::string out;
  if (initial_) {
    initial_ = false;
    seen_ = store.version();
    for (const auto& [id, object] : store.all(kind))
      if (selects(request, object)) out += event(request, "ADDED", object);
    return out;
  }
  auto& expire = request.cluster.faults;
  const bool forced = expire.expired_watches > 0 && expire.concerns(request.http, request.path);
  if (forced) --expire.expired_watches;
  if (forced || seen_ < store.forgotten(kind)) {
    over = true;
    return error_event(too_old(seen_, std::max(store.forgotten(kind), seen_ + 1)));
  }
  const auto& changes = store.changes(kind);
  auto change = std::upper_bound(
      changes.begin(), changes.end(), seen_,
      [](std::uint64_t version, const Change& one) { return version < one.version; });
  for (; change != changes.end(); ++change) {
    const bool gone = change->type == Change::Type::deleted;
    const bool before = selects(request, change->previous);
    const bool after = !gone && selects(request, change->object);
    if (after) {
      out += event(request, before ? "MODIFIED" : "ADDED", change->object);
    } else if (before) {
      out += event(request, "DELETED", change->object);
    }
  }
  seen_ = std::max(seen_, store.version());
  return out;
}

std::string ObjectWatch::bookmark(const ObjectRequest& request) const {
  const auto& kind = *request.route.kind;
  return dump_json(
             {{"type", "BOOKMARK"},
              {"object",
               {{"kind", kind.kind},
                {"apiVersion", kind.api_version()},
                {"metadata",
                 {{"resourceVersion", std::to_string(seen_)}, {"creationTimestamp", nullptr}}}}}}) +
         "\n";
}

}  // namespace mtc::emulator::kubernetes
