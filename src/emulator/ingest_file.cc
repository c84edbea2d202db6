#include "emulator/ingest_file.h"

#include <fstream>
#include <functional>

#include "base/text.h"
#include "base/zone.h"
#include "emulator/bulk_writer.h"
#include "emulator/civil_text.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kBlock = 1U << 20U;
constexpr std::size_t kMaxLine = 1U << 20U;  // one value's limit; longer lines are cut
constexpr std::string_view kIndex = R"({
  "Rule": {"FullText": {"CaseSensitive": false, "Tokenizer": "@&?|#()='\",;:<>[]{}/ \n\t\r\\", "ContainZH": true},
           "KeyValue": {"CaseSensitive": false, "KeyValues": [
             {"Key": "__CONTENT__", "Value": {"Type": "text", "Tokenizer": "@&?|#()='\",;:<>[]{}/ \n\t\r\\", "SqlFlag": true, "ContainZH": true}}]}},
  "Status": true, "IncludeInternalFields": true, "MetadataFlag": 1})";

// ISO, in UTC+8 where no zone is given.
Result<TimePoint> parse_time(std::string_view text) {
  text = trim(text);
  const std::string shown = "'" + std::string(text) + "'";
  const auto read = read_civil(text);
  if (!read) {
    return fail(Errc::invalid_argument, shown + " is not a time like 2026-01-31T08:00:00+08:00");
  }
  const auto zone = text.substr(read->length);
  std::int64_t offset = zone == "Z" ? 0 : kShanghaiOffset;
  if (!zone.empty() && zone != "Z") {
    const auto size = parse_time_of_day(zone.substr(1));
    if ((zone[0] != '+' && zone[0] != '-') || !size) {
      return fail(Errc::invalid_argument,
                  shown + " ends in something that is not a time zone like +08:00 or Z");
    }
    offset = Millis(*size).count() * (zone[0] == '-' ? -1 : 1);
  }
  return TimePoint(Millis(read->civil_ms - offset));
}

// Calls `line` for each line, without its line end.
bool each_line(const std::filesystem::path& file,
               const std::function<void(std::string_view)>& line) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return false;
  std::string pending, block(kBlock, '\0');
  const auto emit = [&](std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    line(text.substr(0, kMaxLine));
  };
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    std::string_view rest(block.data(), static_cast<std::size_t>(in.gcount()));
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      pending += rest.substr(0, end);
      emit(pending);
      pending.clear();
      rest.remove_prefix(end + 1);
    }
    // Of a line without end only so much is kept as can be stored.
    if (pending.size() <= kMaxLine) pending += rest;
  }
  if (!pending.empty()) emit(pending);
  return !in.bad();
}

Result<const Topic*> topic_for(Emulator& emulator, const std::string& name) {
  auto& cloud = emulator.cloud();
  const Owner owner{.uin = emulator.options().accounts.front().uin, .region = "ap-guangzhou"};
  const Logset* logset = nullptr;
  for (const Logset* one : cloud.logsets(owner)) {
    if (one->name == "files") logset = one;
  }
  if (logset == nullptr) {
    const auto made = cloud.create_logset(owner, "files", Json::array());
    if (!made)
      return fail(Errc::conflict, "the logset 'files' cannot be made: " + made.error().code);
    logset = *made;
  }
  for (const Topic* one : cloud.topics(owner)) {
    if (one->logset_id == logset->id && one->name == name) return one;
  }
  const auto topic = cloud.create_topic(owner, logset->id, name, Json::object());
  if (!topic)
    return fail(Errc::conflict, "the topic '" + name + "' cannot be made: " + topic.error().code);
  auto rule = parse_index_rule(*parse_json(kIndex));
  if (!rule)
    return fail(Errc::internal, "the index of ingested files is invalid: " + rule.error().detail);
  (*topic)->table->set_index(std::move(*rule));
  return *topic;
}

}  // namespace

Result<IngestRequest> parse_ingest(std::string_view text, const Clock& clock) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return fail(Errc::invalid_argument, "--ingest wants TOPIC=FILE or TOPIC=FILE@FROM..TO, not '" +
                                            std::string(text) + "'");
  }
  const auto& shanghai = Zone::shanghai();
  IngestRequest out{.topic = std::string(text.substr(0, equals))};
  auto file = text.substr(equals + 1);
  out.to = shanghai.at(shanghai.day_of(clock.now()));
  out.from = out.to - std::chrono::hours(24);
  const auto at = file.rfind('@');
  const auto dots = at == std::string_view::npos ? at : file.find("..", at);
  if (dots != std::string_view::npos) {
    const auto from = parse_time(file.substr(at + 1, dots - at - 1));
    if (!from) return fail(from.error());
    const auto to = parse_time(file.substr(dots + 2));
    if (!to) return fail(to.error());
    if (*to <= *from)
      return fail(Errc::invalid_argument,
                  "--ingest: the span of '" + std::string(text) + "' ends before it begins");
    out.from = *from;
    out.to = *to;
    file = file.substr(0, at);
  }
  out.file = file;
  return out;
}

Result<Ingested> ingest_file(Emulator& emulator, const IngestRequest& request) try {
  std::error_code ignored;
  if (!std::filesystem::exists(request.file, ignored))
    return fail(Errc::not_found, request.file.string() + ": there is no such file");
  std::int64_t lines = 0;
  if (!each_line(request.file, [&](std::string_view) { ++lines; }))
    return fail(Errc::unavailable, request.file.string() + ": cannot be read");
  const auto topic = topic_for(emulator, request.topic);
  if (!topic) return fail(topic.error());
  auto& table = *(*topic)->table;
  const int stream = table.stream(
      {.source = "127.0.0.1", .filename = request.file.string(), .hostname = "localhost"});
  BulkWriter writer(table);
  std::vector<TextPair> contents(1);
  const auto from = request.from.time_since_epoch().count();
  const auto span = (request.to - request.from).count();
  each_line(request.file, [&](std::string_view line) {
    contents[0] = {"__CONTENT__", line};
    const auto share =
        static_cast<double>(writer.count()) / static_cast<double>(std::max<std::int64_t>(lines, 1));
    writer.add(stream, from + static_cast<std::int64_t>(share * static_cast<double>(span)),
               contents);
  });
  writer.finish();
  return Ingested{.topic_id = (*topic)->id, .lines = writer.count()};
} catch (const SqliteError& error) {
  return fail(Errc::resource_exhausted,
              std::string("the stand-in's store failed: ") + error.what());
}

}  // namespace mtc::emulator
