#include "adapters/tencent/log_json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "domain/logs/line_format.h"

namespace mtc::tencent {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxMessageBytes = 64U << 10U;
constexpr std::size_t kMaxNameBytes = 256;  // of a service or pod

enum class Role { message, level, service, pod };
constexpr std::size_t kRoles = 4;
// Messages of these ranks are whole lines as a program wrote them, with time and level inside.
constexpr int kFirstPlainRank = 2;  // log
constexpr int kLastPlainRank = 4;   // content
struct Meaning {
  Role role;
  int rank;  // the lowest wins
};

// In lower case.
const std::unordered_map<std::string_view, Meaning>& known_names() {
  static const std::unordered_map<std::string_view, Meaning> names{
      {"message", {Role::message, 0}},
      {"msg", {Role::message, 1}},
      {"log", {Role::message, 2}},
      {"__content__", {Role::message, 3}},
      {"content", {Role::message, 4}},
      {"event.message", {Role::message, 5}},
      {"text", {Role::message, 6}},
      {"body", {Role::message, 7}},
      {"level", {Role::level, 0}},
      {"severity", {Role::level, 1}},
      {"lvl", {Role::level, 2}},
      {"log_level", {Role::level, 3}},
      {"loglevel", {Role::level, 4}},
      {"levelname", {Role::level, 5}},
      {"level_name", {Role::level, 6}},
      {"severity_text", {Role::level, 7}},
      {"__tag__.level", {Role::level, 8}},
      {"event.type", {Role::level, 9}},
      {"service", {Role::service, 0}},
      {"service_name", {Role::service, 1}},
      {"servicename", {Role::service, 2}},
      {"service.name", {Role::service, 3}},
      {"app", {Role::service, 4}},
      {"app_name", {Role::service, 5}},
      {"application", {Role::service, 6}},
      {"__tag__.service", {Role::service, 7}},
      {"__tag__.app", {Role::service, 8}},
      {"container_name", {Role::service, 9}},
      {"__tag__.container_name", {Role::service, 10}},
      {"component", {Role::service, 11}},
      {"event.involvedobject.name", {Role::service, 12}},
      {"__tag__.pod_name", {Role::pod, 0}},
      {"pod_name", {Role::pod, 1}},
      {"__tag__.pod", {Role::pod, 2}},
      {"pod", {Role::pod, 3}},
  };
  return names;
}

std::optional<Meaning> meaning_of_name(std::string_view prefix, std::string_view name) {
  std::array<char, 40> lower;
  if (prefix.size() + name.size() > lower.size()) return std::nullopt;
  std::size_t size = 0;
  for (const std::string_view part : {prefix, name}) {
    for (const char c : part)
      lower[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  const auto found = known_names().find(std::string_view(lower.data(), size));
  if (found == known_names().end()) return std::nullopt;
  return found->second;
}

constexpr int kNotFound = 1000;

struct Best {
  int rank = kNotFound;
  dom::element value;
};
using Found = std::array<Best, kRoles>;

bool is_blank(const dom::element& value) {
  std::string_view text;
  return value.is_null() || (value.get(text) == simdjson::SUCCESS && trim(text).empty());
}

void collect(const dom::object& object, std::string_view prefix, Found& found) {
  for (const auto field : object) {
    if (prefix.empty() && field.value.is_object()) {
      const bool tags = field.key == "__TAG__";
      if (tags || field.key == "kubernetes") {
        collect(field.value.get_object().value_unsafe(), tags ? "__tag__." : "", found);
        continue;
      }
    }
    const auto meaning = meaning_of_name(prefix, field.key);
    if (!meaning || is_blank(field.value)) continue;
    Best& best = found[static_cast<std::size_t>(meaning->role)];
    if (meaning->rank < best.rank) best = {.rank = meaning->rank, .value = field.value};
  }
}

// The text of a text, the spelling of anything else.
std::string text_of(const dom::element& value, std::size_t max_bytes) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(prefix_of_bytes(text, max_bytes));
  return std::string(prefix_of_bytes(simdjson::minify(value), max_bytes));
}

logs::Level level_of(const dom::element& value) {
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) {  // pino and bunyan count in tens
    constexpr std::array kByTens{logs::Level::unknown, logs::Level::trace, logs::Level::debug,
                                 logs::Level::info,    logs::Level::warn,  logs::Level::error,
                                 logs::Level::fatal};
    return number >= 10 && number <= 60 ? kByTens[static_cast<std::size_t>(number / 10)]
                                        : logs::Level::unknown;
  }
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return logs::Level::unknown;
  return logs::parse_level(trim(text)).value_or(logs::Level::unknown);
}

// The line that a program wrote as text: its head (time, level, service) is taken off the message.
void read_plain(logs::LineParser& parser, bool level_known, logs::LogRecord& into) {
  const auto line_end = std::min(into.message.find('\n'), into.message.size());
  const auto parsed = parser.parse(std::string_view(into.message).substr(0, line_end));
  if (parsed.continuation) return;  // of another log: nothing to learn from its neighbour here
  if (!level_known) into.level = parsed.level;
  if (into.service.empty()) into.service = prefix_of_bytes(parsed.service, kMaxNameBytes);
  if (trim(parsed.message).empty()) return;
  into.message = std::string(parsed.message) + into.message.substr(line_end);
}

}  // namespace

struct LogJsonReader::Buffers {
  dom::parser parser;
  std::string padded;
  logs::LineParser lines{logs::LineParser::Options{}};
};

LogJsonReader::LogJsonReader() : buffers_(std::make_unique<Buffers>()) {}
LogJsonReader::~LogJsonReader() = default;

void LogJsonReader::read(std::string_view log_json, logs::LogRecord& into) {
  auto& [parser, padded, lines] = *buffers_;
  padded.assign(log_json);
  padded.append(simdjson::SIMDJSON_PADDING, ' ');
  dom::object object;
  Found found;
  const bool structured =
      parser.parse(padded.data(), log_json.size(), false).get(object) == simdjson::SUCCESS;
  if (structured) collect(object, "", found);

  const auto best = [&found](Role role) -> const Best* {
    const Best& candidate = found[static_cast<std::size_t>(role)];
    return candidate.rank < kNotFound ? &candidate : nullptr;
  };
  const Best* message = best(Role::message);
  const Best* level = best(Role::level);
  into.message = message != nullptr ? text_of(message->value, kMaxMessageBytes)
                                    : std::string(prefix_of_bytes(log_json, kMaxMessageBytes));
  if (level != nullptr) into.level = level_of(level->value);
  if (const Best* service = best(Role::service))
    into.service = text_of(service->value, kMaxNameBytes);
  if (const Best* pod = best(Role::pod)) into.source = text_of(pod->value, kMaxNameBytes);
  const bool plain = message != nullptr
                         ? message->rank >= kFirstPlainRank && message->rank <= kLastPlainRank
                         : !structured;
  if (plain || level == nullptr) read_plain(lines, level != nullptr, into);
}

}  // namespace mtc::tencent
