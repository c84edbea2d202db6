#include "domain/alerts/speech.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/speech_storm.h"
#include "domain/alerts/spoken_alert.h"
#include "domain/alerts/spoken_words.h"
#include "domain/alerts/told_order.h"
#include "domain/clusters/words.h"

namespace mtc::alerts {
namespace {

constexpr std::size_t kNamed = 3;

// "有三条告警，两条还没恢复，最高八十六分。"
std::string headline(const AlertCounts& counts, Language language) {
  const bool zh = language == Language::zh;
  const auto all = say_count(counts.all, language);
  const auto highest = counts.highest ? say_points(*counts.highest, language) : "";
  std::string out = zh ? fmt::format("有{}条告警", all)
                       : fmt::format("There {} {} {}", counts.all == 1 ? "is" : "are", all,
                                     counts.all == 1 ? "alert" : "alerts");
  if (counts.firing == 0) {
    const bool recovered = counts.recovered == counts.all;
    const bool one = counts.all == 1;
    if (zh)
      out += recovered ? (one ? "，已经恢复" : "，都已恢复") : "，都已经结束";
    else
      out += recovered ? (one ? ", recovered" : ", all recovered") : ", none goes on";
  } else if (counts.firing < counts.all) {
    const auto firing = say_count(counts.firing, language);
    out += zh ? fmt::format("，{}条还没恢复", firing)
              : fmt::format(", {} still {} on", firing, counts.firing == 1 ? "goes" : "go");
  } else {
    out += zh ? "没恢复" : (counts.all == 1 ? ", and it goes on" : ", all of them go on");
  }
  if (!highest.empty()) out += zh ? "，最高" + highest : ", the highest has " + highest;
  return out + (zh ? "。" : ".");
}

std::string say_waiting(const AlertCounts& counts, Language language) {
  if (counts.handed_over == 0) return {};
  const auto count = say_count(counts.handed_over, language);
  if (language == Language::zh) return count + "条自动处理没有解决，需要你处理。";
  return clusters::capitalised(count) + (counts.handed_over == 1 ? " needs you." : " need you.");
}

std::string say_state_of_storm(const AlertCounts& counts, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t number, const char* chinese, const char* english) {
    if (number == 0) return;
    const auto count = say_count(number, language);
    parts.push_back(zh ? fmt::format("{}条{}", count, chinese)
                       : fmt::format("{} {}", count, english));
  };
  add(counts.firing, "还没恢复", "still going on");
  add(counts.recovered, "已经恢复", "recovered");
  add(counts.quiet, "静音", "silenced");
  if (counts.highest) {
    const auto points = say_points(*counts.highest, language);
    parts.push_back(zh ? "最高" + points : "the highest has " + points);
  }
  if (parts.empty()) return {};
  return zh ? join(parts, "，") + "。" : clusters::capitalised(join(parts, ", ")) + ".";
}

std::string say_rest(std::int64_t more, Language language) {
  if (more <= 0) return {};
  const auto count = say_count(more, language);
  if (language == Language::zh) return fmt::format("还有{}条，要听吗？", count);
  return fmt::format("There {} {} more; shall I go on?", more == 1 ? "is" : "are", count);
}

}  // namespace

std::string say_alerts(std::span<const Alert> alerts, const AlertCounts& counts, TimePoint now,
                       const Zone& zone, Language language) {
  if (counts.all == 0) return language == Language::zh ? "没有告警。" : "There are no alerts.";
  const auto order = told_order(alerts);
  std::vector<std::string> sentences;
  if (is_storm(counts)) {
    sentences = {say_storm(alerts, counts, language), say_waiting(counts, language),
                 say_state_of_storm(counts, language)};
    if (!order.empty() && (needs_person(alerts[order[0]]) || alerts[order[0]].score))
      sentences.push_back(say_in_brief(alerts[order[0]], now, zone, language));
    return clusters::within_breath(sentences, language);
  }
  sentences.push_back(headline(counts, language));
  const std::size_t named = std::min(order.size(), kNamed);
  for (std::size_t i = 0; i < named; ++i)
    sentences.push_back(say_in_brief(alerts[order[i]], now, zone, language));
  sentences.push_back(say_rest(counts.all - static_cast<std::int64_t>(named), language));
  return clusters::within_breath(sentences, language);
}

}  // namespace mtc::alerts
