#include "domain/alerts/spoken_alert.h"

#include <fmt/format.h>

#include <vector>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/merge.h"
#include "domain/alerts/speech.h"
#include "domain/alerts/spoken_words.h"
#include "domain/alerts/told_order.h"
#include "domain/clusters/words.h"

namespace mtc::alerts {
namespace {

constexpr std::size_t kNoteCharacters = 60;

bool comes_and_goes(const Alert& alert) {
  return alert.state == State::firing && is_flapping(alert, MergeRules{});
}

std::string how_it_is(const Alert& alert, bool zh) {
  if (needs_person(alert)) return zh ? "需要你处理" : "needs you";
  if (alert.handling == Handling::quiet) return zh ? "静音中" : "silenced";
  if (alert.state == State::recovered) return zh ? "已经恢复" : "recovered";
  if (alert.state == State::closed) return zh ? "已经关掉" : "closed";
  if (comes_and_goes(alert)) return zh ? "时好时坏" : "it comes and goes";
  if (alert.handling == Handling::running) return zh ? "正在处理" : "being worked on";
  return {};
}

class Teller {
 public:
  Teller(TimePoint now, const Zone& zone, Language language)
      : now_(now), zone_(zone), language_(language), zh_(language == Language::zh) {}

  std::string count(std::int64_t number) const { return say_count(number, language_); }
  std::string moment(TimePoint time) const { return say_moment(time, now_, zone_, language_); }

  std::string beginning(const Alert& alert) const {
    const auto number = say_alert_number(alert.number, language_);
    const auto name = spoken_name(alert, language_);
    const bool critical = alert.level == Level::critical;
    if (zh_) {
      return fmt::format("{}{}，{}，{}开始{}。", number, critical ? "，严重告警" : "告警", name,
                         moment(alert.first), so_far(alert));
    }
    return fmt::format("{}{}: {} began {}{}.", clusters::capitalised(number),
                       critical ? ", critical" : "", name, moment(alert.first), so_far(alert));
  }

  std::string so_far(const Alert& alert) const {
    if (comes_and_goes(alert)) {
      return zh_ ? fmt::format("，时好时坏，已经反复了{}次", count(alert.flaps))
                 : fmt::format(" and comes and goes, {} so far", times(alert.flaps));
    }
    if (alert.state == State::firing) return zh_ ? "，到现在没恢复" : " and still goes on";
    if (alert.state == State::closed) {
      const bool wrong = alert.handling == Handling::false_alarm;
      if (zh_) return wrong ? "，是误报，已经关掉" : "，已经关掉";
      return wrong ? "; it was a false alarm and is closed" : " and is closed";
    }
    if (!alert.recovered) return zh_ ? "，已经恢复" : " and is over";
    const auto lasted = say_duration(*alert.recovered - alert.first, language_);
    return zh_ ? fmt::format("，{}恢复，前后{}", moment(*alert.recovered), lasted)
               : fmt::format(" and ended {}, after {}", moment(*alert.recovered), lasted);
  }

  std::string times(std::int64_t number) const {
    if (zh_) return count(number) + "次";
    return number == 1 ? "once" : number == 2 ? "twice" : count(number) + " times";
  }

  std::string handling(const Alert& alert) const {
    switch (alert.handling) {
      case Handling::none:
        return {};
      case Handling::quiet:
        return zh_ ? "它在静音，不会处理。" : "It is silenced and not handled.";
      case Handling::running:
        return zh_ ? "正在自动处理。" : "It is being repaired.";
      case Handling::solved:
        return zh_ ? "自动处理已经做完。" : "The repair is done.";
      case Handling::handed_over:
        if (alert.state != State::firing)
          return zh_ ? "自动处理没有解决它。" : "The repair did not solve it.";
        return zh_ ? "自动处理没有解决，需要你处理。"
                   : "The repair did not solve it; it needs you.";
      case Handling::false_alarm:
        return {};
    }
    return {};
  }

  std::string measured(const Alert& alert) const {
    const auto value = alert.value ? say_measured(*alert.value, alert.unit, language_) : "";
    const auto limit = alert.limit ? say_measured(*alert.limit, alert.unit, language_) : "";
    if (value.empty()) return {};
    if (limit.empty())
      return zh_ ? fmt::format("最近一次是{}。", value)
                 : fmt::format("The last value was {}.", value);
    return zh_ ? fmt::format("最近一次是{}，线是{}。", value, limit)
               : fmt::format("The last value was {}, the limit is {}.", value, limit);
  }

  std::string place(const Alert& alert) const {
    const auto cluster = audible(alert.subject.cluster_name);
    const auto where = clusters::say_place(cluster, audible(alert.subject.ns), language_);
    if (where.empty()) return {};
    return zh_ ? fmt::format("在{}{}。", is_ascii(where.front()) ? " " : "", where)
               : fmt::format("It is {}.", where);
  }

  std::string weight(const Alert& alert) const {
    std::string out;
    if (alert.reports > 1)
      out = zh_ ? fmt::format("一共报了{}", times(alert.reports))
                : fmt::format("It was reported {}", times(alert.reports));
    if (!alert.score) return out.empty() ? out : out + (zh_ ? "。" : ".");
    const auto points = say_points(*alert.score, language_);
    if (zh_) return (out.empty() ? "评分" : out + "，评分") + points + "。";
    return (out.empty() ? "It scores " : out + " and scores ") + points + ".";
  }

  std::string people(const Alert& alert) const {
    const auto name = audible(alert.assigned_to, 20);
    std::string out;
    if (!name.empty())
      out = zh_ ? fmt::format("已经交给{}。", name) : fmt::format("{} has it.", name);
    if (name.empty() && alert.acknowledged_by != 0)
      out = zh_ ? "已经有人接手。" : "Somebody has taken it on.";
    if (!alert.snoozed_until || *alert.snoozed_until <= now_) return out;
    const auto until = moment(*alert.snoozed_until);
    if (!zh_ && !out.empty()) out += ' ';
    return out + (zh_ ? fmt::format("先放到{}。", until)
                      : fmt::format("It is put off until {}.", without_at(until)));
  }

  std::string note(const Alert& alert) const {
    // Written by somebody who speaks the other language, or for them.
    if (!zh_ && is_chinese(alert.note)) return {};
    const auto text = audible_sentence(alert.note);
    if (text.empty()) return {};
    return zh_ ? fmt::format("备注：{}。", text) : fmt::format("Note: {}.", text);
  }

 private:
  static std::string without_at(std::string text) {
    if (text.starts_with("at ")) text.erase(0, 3);
    return text;
  }
  // What a person wrote keeps its commas; the rest of the signs is not said.
  static std::string audible_sentence(std::string_view text) {
    std::vector<std::string> parts;
    const auto commas =
        replace_all(replace_all(std::string(text.substr(0, 2000)), "，", ","), "。", ",");
    for (const auto part : split(commas, ',')) {
      if (auto words = audible_words(part, kNoteCharacters); !words.empty())
        parts.push_back(std::move(words));
    }
    const auto joined = join(parts, "，");
    return shorten_characters(joined, kNoteCharacters);
  }

  TimePoint now_;
  const Zone& zone_;
  Language language_;
  bool zh_;
};

}  // namespace

std::string say_in_brief(const Alert& alert, TimePoint now, const Zone& zone, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> parts{say_alert_number(alert.number, language),
                                 spoken_name(alert, language)};
  if (alert.score) parts.push_back(say_points(*alert.score, language));
  auto how = how_it_is(alert, zh);
  if (how.empty()) {
    const auto moment = say_moment(alert.first, now, zone, language);
    how = zh ? moment + "开始" : "since " + (moment.starts_with("at ") ? moment.substr(3) : moment);
  }
  parts.push_back(std::move(how));
  return zh ? join(parts, "，") + "。" : clusters::capitalised(join(parts, ", ")) + ".";
}

std::string say_alert(const Alert& alert, TimePoint now, const Zone& zone, Language language) {
  const Teller teller(now, zone, language);
  return clusters::within_breath(
      {teller.beginning(alert), teller.handling(alert), teller.measured(alert), teller.place(alert),
       teller.weight(alert), teller.people(alert), teller.note(alert)},
      language);
}

}  // namespace mtc::alerts
