#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/spoken_words.h"
#include "domain/clusters/words.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono;

constexpr auto kFarAway = days(365);  // nobody says such a day

std::string alerts_of(const Quiet& quiet, Language language) {
  const bool zh = language == Language::zh;
  const auto said = audible(quiet.spoken);
  const auto name = audible(quiet.name);
  const auto ns = audible(quiet.ns);
  const auto& what = !said.empty() ? said : !name.empty() ? name : ns;
  if (!what.empty()) return zh ? spaced(what, "的告警") : fmt::format("alerts of {}", what);
  if (!quiet.policy_id.empty()) return zh ? "这条策略的告警" : "alerts of this policy";
  if (!quiet.cluster_id.empty()) return zh ? "这个集群的告警" : "alerts of this cluster";
  return zh ? "所有告警" : "all alerts";
}

std::string say_weekdays(std::vector<unsigned> weekdays, Language language) {
  static constexpr std::array<std::string_view, 7> kChinese{"日", "一", "二", "三",
                                                            "四", "五", "六"};
  static constexpr std::array<std::string_view, 7> kEnglish{
      "Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"};
  const bool zh = language == Language::zh;
  for (auto& weekday : weekdays) weekday %= 7;
  // The week begins on Monday.
  std::ranges::sort(weekdays, {}, [](unsigned weekday) { return (weekday + 6) % 7; });
  const auto repeated = std::ranges::unique(weekdays);
  weekdays.erase(repeated.begin(), repeated.end());
  if (weekdays.empty() || weekdays.size() == 7) return zh ? "每天" : "every day";
  if (weekdays == std::vector<unsigned>{1, 2, 3, 4, 5}) return zh ? "工作日" : "on weekdays";
  if (weekdays == std::vector<unsigned>{6, 0}) return zh ? "周末" : "at weekends";
  std::vector<std::string> names;
  for (const auto weekday : weekdays) names.emplace_back((zh ? kChinese : kEnglish)[weekday]);
  return (zh ? "每周" : "on ") + join(names, zh ? "、" : ", ");
}

// The time of day alone: any day without a change of clocks does.
std::string say_time_of_day(minutes time, Language language) {
  const TimePoint day{};
  return say_clock(day + time, Zone::utc(), language);
}

std::string say_window(const Quiet& quiet, Language language) {
  const bool zh = language == Language::zh;
  const auto from = say_time_of_day(*quiet.daily_from, language);
  const auto until = say_time_of_day(*quiet.daily_until, language);
  const bool next_day = *quiet.daily_until <= *quiet.daily_from;
  const auto when = say_weekdays(quiet.weekdays, language);
  if (zh) return fmt::format("{}{}到{}{}", when, from, next_day ? "第二天" : "", until);
  return fmt::format("{} from {} until {}{}", when, from, until, next_day ? " the next day" : "");
}

std::string without_preposition(std::string text) {
  if (text.starts_with("at ") || text.starts_with("on ")) text.erase(0, 3);
  return text;
}

// 今天下午三点: a time to come is said with its day.
std::string say_end(TimePoint time, TimePoint now, const Zone& zone, Language language) {
  auto text = say_moment(time, now, zone, language);
  if (language == Language::en) return without_preposition(std::move(text));
  return zone.day_of(time) == zone.day_of(now) ? "今天" + text : text;
}

}  // namespace

std::string say_quiet(const Quiet& quiet, TimePoint now, const Zone& zone, Language language) {
  const bool zh = language == Language::zh;
  const auto what = alerts_of(quiet, language);
  const auto moment = [&](TimePoint time) { return say_end(time, now, zone, language); };
  const bool lifted = quiet.lifted && *quiet.lifted <= now;
  std::string out;
  if (lifted || quiet.until <= now) {
    out = zh ? what + (lifted ? "的静音已经解除" : "的静音已经过了")
             : fmt::format("{} are no longer silenced", what);
  } else {
    const bool begun = quiet.from <= now;
    const bool endless = quiet.until - now > kFarAway;
    const bool windows = quiet.daily_from && quiet.daily_until;
    const auto window = windows ? say_window(quiet, language) : "";
    const auto from = begun ? "" : zh ? "从" + moment(quiet.from) : " from " + moment(quiet.from);
    const auto until = endless ? "" : moment(quiet.until);
    if (zh && windows) {
      out = fmt::format("{}{}{}静音", what, from.empty() ? "" : from + "起", window);
      if (!until.empty()) out += "，一直到" + until;
    } else if (zh) {
      out = fmt::format("{}{}静音{}", what, from, until.empty() ? "" : "到" + until);
    } else {
      out = fmt::format("{} are silenced {}{}{}", what, window, from,
                        until.empty() ? "" : (windows ? ", until " : " until ") + until);
    }
  }
  if (zh) return close_gaps(out) + "。";
  out = replace_all(std::move(out), "  ", " ");
  return clusters::capitalised(std::string(trim(out))) + ".";
}

}  // namespace mtc::alerts
