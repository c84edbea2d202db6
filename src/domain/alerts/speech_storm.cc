#include "domain/alerts/speech_storm.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/spoken.h"
#include "domain/alerts/spoken_words.h"

namespace mtc::alerts {
namespace {

constexpr std::int64_t kStorm = 20;  // from here on nobody wants to hear names
constexpr auto kOneWave = std::chrono::hours(2);

// What most of them have in common.
struct Common {
  std::string what;
  std::int64_t count = 0;
  std::int64_t others = 0;  // other kinds, by the same measure
};

using Naming = std::function<std::string(const Alert&)>;

Common most_common(std::span<const Alert> alerts, const Naming& naming) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& alert : alerts) ++counts[naming(alert)];
  Common out{.others = static_cast<std::int64_t>(counts.size()) - 1};
  for (const auto& [what, count] : counts) {
    if (count > out.count && !what.empty()) {
      out.what = what;
      out.count = count;
    }
  }
  return out;
}

bool is_most(const Common& common, std::span<const Alert> alerts) {
  return common.count * 2 >= static_cast<std::int64_t>(alerts.size());
}

// One thing in one place; else one thing in many places; else many things in one place.
Common common_of(std::span<const Alert> alerts, Language language) {
  const bool zh = language == Language::zh;
  auto by_name =
      most_common(alerts, [&](const Alert& alert) { return spoken_name(alert, language); });
  if (is_most(by_name, alerts)) return by_name;
  auto by_trouble =
      most_common(alerts, [&](const Alert& alert) { return spoken_trouble(alert, language); });
  if (is_most(by_trouble, alerts)) return by_trouble;
  auto by_subject = most_common(
      alerts, [&](const Alert& alert) { return spoken_subject(alert.subject, language); });
  if (!is_most(by_subject, alerts) || by_subject.what.empty()) return by_trouble;
  by_subject.what = zh ? spaced(by_subject.what, "的") : "about " + by_subject.what;
  return by_subject;
}

// "一分钟里来了" where all are known and came in one wave.
std::string say_span(std::span<const Alert> alerts, const AlertCounts& counts, Language language) {
  const bool zh = language == Language::zh;
  const bool all = static_cast<std::int64_t>(alerts.size()) == counts.all && !alerts.empty();
  if (!all) return {};
  const auto [first, last] = std::ranges::minmax(alerts, {}, &Alert::created);
  const Millis span = last.created - first.created;
  if (span > kOneWave) return {};
  const auto said = say_duration(std::max<Millis>(span, std::chrono::minutes(1)), language);
  return zh ? said + "里" : " in " + said;
}

}  // namespace

bool is_storm(const AlertCounts& counts) {
  return counts.all >= kStorm;
}

std::string say_storm(std::span<const Alert> alerts, const AlertCounts& counts, Language language) {
  const bool zh = language == Language::zh;
  const auto span = say_span(alerts, counts, language);
  const auto all = say_count(counts.all, language);
  const auto common = common_of(alerts, language);
  std::string out = zh ? (span.empty() ? "一共有" : span + "来了") + all + "条告警"
                       : fmt::format("{} alerts{}", all, span);
  if (common.what.empty()) return out + (zh ? "。" : ".");
  const auto listed = static_cast<std::int64_t>(alerts.size());
  const auto count = say_count(common.count, language);
  if (listed < counts.all) {
    const auto of = say_count(listed, language);
    out += zh ? fmt::format("，先看的{}条里", of) : fmt::format(". Of the first {}", of);
  }
  const bool whole = common.count == listed;
  if (zh) {
    out += whole ? (listed < counts.all ? "都是" : "，都是") : fmt::format("，{}条是", count);
    out += " " + common.what;
    if (common.others > 0) out += fmt::format("，另外还有{}种", say_count(common.others, language));
    return out + "。";
  }
  out += whole ? ", all" : fmt::format(", {}", count);
  out += (common.count == 1 ? " is " : " are ") + common.what;
  if (common.others > 0) {
    out += fmt::format(", and there {} {} other {}", common.others == 1 ? "is" : "are",
                       say_count(common.others, language), common.others == 1 ? "kind" : "kinds");
  }
  return out + ".";
}

}  // namespace mtc::alerts
