#include "domain/dashboards/definition.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/characters.h"
#include "base/text.h"
#include "domain/digest/safe_text.h"

namespace mtc::dashboards {
namespace {

constexpr int kMostDepth = 12;
constexpr std::size_t kMostNodes = 4000;  // looked at, of one dashboard
constexpr std::size_t kMostQueryBytes = 12U << 10U;
constexpr std::size_t kMostTitle = 60;  // characters
constexpr std::size_t kMostIdBytes = 100;

constexpr auto kQueryNames = std::to_array<std::string_view>(
    {"query", "querystring", "query_string", "statement", "sql", "expr", "search"});
constexpr auto kTopicNames =
    std::to_array<std::string_view>({"topicid", "topic_id", "topic", "srctopicid"});
constexpr auto kTitleNames = std::to_array<std::string_view>({"title", "name", "panelname"});
constexpr auto kKindNames = std::to_array<std::string_view>(
    {"type", "charttype", "chart_type", "visualization", "paneltype", "viewtype", "graphtype"});
constexpr auto kUnitNames = std::to_array<std::string_view>({"unit", "units"});

template <class Names>
bool is_one_of_names(std::string_view key, const Names& names) {
  return std::ranges::any_of(names, [&](auto name) { return equals_ignoring_case(key, name); });
}

struct Word {
  std::string_view part;
  ChartKind kind;
};
constexpr auto kKinds = std::to_array<Word>({{"line", ChartKind::lines},
                                             {"area", ChartKind::lines},
                                             {"timeseries", ChartKind::lines},
                                             {"sequence", ChartKind::lines},
                                             {"graph", ChartKind::lines},
                                             {"histogram", ChartKind::bars},
                                             {"bar", ChartKind::bars},
                                             {"column", ChartKind::bars},
                                             {"pie", ChartKind::pie},
                                             {"donut", ChartKind::pie},
                                             {"ring", ChartKind::pie},
                                             {"single", ChartKind::number},
                                             {"stat", ChartKind::number},
                                             {"gauge", ChartKind::number},
                                             {"number", ChartKind::number},
                                             {"table", ChartKind::table}});

std::optional<ChartKind> kind_of(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  for (const auto& word : kKinds) {
    if (lower.find(word.part) != std::string::npos) return word.kind;
  }
  return std::nullopt;
}

std::string one_line(const std::string& text, std::size_t characters) {
  return shorten_characters(digest::visible_text(prefix_of_bytes(text, 4 * characters)),
                            characters);
}

class Reader {
 public:
  Definition definition;

  void read_panels(const Json& panels, int depth) {
    if (!panels.is_array() || depth > kMostDepth) return;
    for (const Json& panel : panels) {
      if (++nodes_ > kMostNodes) return;
      if (!panel.is_object()) continue;
      // Rows hold panels of their own.
      if (const auto inner = panel.find("panels"); inner != panel.end() && inner->is_array()) {
        read_panels(*inner, depth + 1);
        continue;
      }
      Panel out;
      for (const auto& [key, value] : panel.items()) {
        if (value.is_string() && is_one_of_names(key, kTitleNames) && out.title.empty())
          out.title = one_line(value.get_ref<const std::string&>(), kMostTitle);
      }
      walk(panel, out, depth);
      if (out.query.empty() || out.topic_id.empty() || definition.panels.size() == kMostPanels) {
        ++definition.not_read;
      } else {
        definition.panels.push_back(std::move(out));
      }
    }
  }

 private:
  // Members nearer to the panel win: those of an object come before those inside of it.
  void walk(const Json& node, Panel& out, int depth) {
    if (depth > kMostDepth || ++nodes_ > kMostNodes) return;
    if (node.is_object()) {
      for (const auto& [key, value] : node.items()) take(key, value, out);
    }
    if (!node.is_object() && !node.is_array()) return;
    for (const Json& inner : node) {
      if (inner.is_object() || inner.is_array()) walk(inner, out, depth + 1);
    }
  }

  static void take(const std::string& key, const Json& value, Panel& out) {
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    if (trim(text).empty()) return;
    if (out.query.empty() && text.size() <= kMostQueryBytes && is_one_of_names(key, kQueryNames)) {
      out.query = std::string(trim(text));
    } else if (out.topic_id.empty() && text.size() <= kMostIdBytes &&
               is_one_of_names(key, kTopicNames)) {
      out.topic_id = std::string(trim(text));
    } else if (!out.kind && is_one_of_names(key, kKindNames)) {
      out.kind = kind_of(prefix_of_bytes(text, 100));
    } else if (out.unit.empty() && is_one_of_names(key, kUnitNames)) {
      out.unit = one_line(text, 10);
    }
  }

  std::size_t nodes_ = 0;
};

}  // namespace

std::optional<Millis> parse_back_from_now(std::string_view text) {
  constexpr std::string_view kPrefix = "now-";
  text = trim(text);
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  int number = 1;
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits > 0 && std::from_chars(text.data(), text.data() + digits, number).ec != std::errc{}) {
    return std::nullopt;
  }
  const std::string_view unit = text.substr(digits);
  const std::chrono::minutes one = unit == "m"   ? std::chrono::minutes(1)
                                   : unit == "h" ? std::chrono::hours(1)
                                   : unit == "d" ? std::chrono::hours(24)
                                   : unit == "w" ? std::chrono::hours(24 * 7)
                                                 : std::chrono::minutes(0);
  if (one.count() == 0 || number < 1 || number > 100'000) return std::nullopt;
  const Millis length = Millis(one) * number;
  return length <= std::chrono::hours(24 * 90) ? std::optional(length) : std::nullopt;
}

Definition read_definition(const Json& data) {
  if (data.is_string()) {
    const auto parsed = parse_json(data.get_ref<const std::string&>());
    return parsed && !parsed->is_string() ? read_definition(*parsed) : Definition{};
  }
  Reader reader;
  if (!data.is_object()) return {};
  if (const auto panels = data.find("panels"); panels != data.end()) reader.read_panels(*panels, 0);
  if (const auto time = data.find("time"); time != data.end()) {
    const Json* from = nullptr;
    if (time->is_array() && !time->empty()) from = &time->front();
    if (time->is_object() && time->contains("from")) from = &(*time)["from"];
    if (from != nullptr && from->is_string())
      reader.definition.usual_range = parse_back_from_now(from->get_ref<const std::string&>());
  }
  return std::move(reader.definition);
}

}  // namespace mtc::dashboards
