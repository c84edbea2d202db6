#include "domain/broadcast/night_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/rollback/telling.h"

namespace mtc::broadcast {
namespace {

using alerts::Alert;
using alerts::Handling;
using rollback::Operation;
using rollback::OperationState;

constexpr std::size_t kMostNamed = 2;  // of what needs the person, and of what was repaired
constexpr std::size_t kTitleLength = 60;

enum class Weight {
  closing,
  numbers,
  dashboard,
  logs,
  repaired,
  person
};  // the lightest goes first

struct Sentence {
  Weight weight;
  std::string text;
};

bool is_settled(const Alert& alert, TimePoint now) {
  return alert.acknowledged_by != 0 || (alert.snoozed_until && *alert.snoozed_until > now) ||
         alert.state == alerts::State::closed || alert.handling == Handling::false_alarm ||
         alert.handling == Handling::quiet;
}

bool needs_person(const Alert& alert, TimePoint now) {
  return alert.handling == Handling::handed_over && !is_settled(alert, now);
}

class Telling {
 public:
  Telling(const NightReport& report, const NightOptions& options)
      : report_(report), options_(options), zh_(options.language == Language::zh) {}

  std::string render() {
    if (options_.content != identity::BroadcastContent::logs) {
      say_needed();
      say_repaired();
      say_others();
      say_none();
    }
    if (!report_.dashboard.empty()) add(Weight::dashboard, report_.dashboard);
    if (options_.content != identity::BroadcastContent::alerts) say_logs();
    return assemble();
  }

 private:
  void add(Weight weight, std::string text) {
    if (!text.empty()) sentences_.push_back({weight, std::move(text)});
  }
  std::string count(std::size_t n) const {
    return say_count(static_cast<std::int64_t>(n), options_.language);
  }
  std::string chain(std::string first, const std::string& second) const {
    if (!first.empty() && !second.empty() && !zh_) first += ' ';
    return first + second;
  }

  const Alert* alert_of(const Operation& operation) const {
    const auto& all = report_.night.alerts;
    const auto it = std::ranges::find(all, operation.alert_id, &Alert::id);
    return operation.alert_id.empty() || it == all.end() ? nullptr : &*it;
  }

  // "昨晚两点零八分，payment 报错涨到平时的四十倍。" and what was done about it.
  std::string story(const Operation& operation, std::string told) const {
    const std::string title = shorten_characters(
        sanitize_utf8(operation.title.empty() ? operation.target.object.name : operation.title),
        kTitleLength);
    const std::string when =
        say_moment(operation.started, options_.now, options_.zone, options_.language);
    if (zh_) return close_gaps(fmt::format("{}，{}。", when, title)) + told;
    std::string lead = fmt::format("{}: {}. ", when, title);
    if (lead.front() >= 'a' && lead.front() <= 'z')
      lead.front() = static_cast<char>(lead.front() - 'a' + 'A');
    return lead + told;
  }

  std::string waiting(const Alert& alert) const {
    const std::string name = shorten_characters(
        sanitize_utf8(alerts::spoken_name(alert, options_.language)), kTitleLength);
    const bool firing = alert.state == alerts::State::firing;
    const std::string score =
        alert.score ? say_number(std::lround(*alert.score), options_.language) : std::string();
    if (zh_) {
      return close_gaps(fmt::format("{}{}{}。", name, firing ? "还在告警" : "告警过",
                                    score.empty() ? "" : "，" + score + "分"));
    }
    return fmt::format("{} {}{}.", name, firing ? "is still firing" : "has fired",
                       score.empty() ? "" : ", " + score + " points");
  }

  void say_needed() {
    std::vector<std::string> things;
    for (const auto& operation : report_.night.operations) {
      if (operation.state != OperationState::handed_over) continue;
      const Alert* alert = alert_of(operation);
      if (alert != nullptr) told_.insert(alert->id);
      incidents_.insert(operation.incident);
      if (alert != nullptr && is_settled(*alert, options_.now)) continue;
      things.push_back(story(
          operation,
          rollback::say_handed_over(operation, options_.now, options_.zone, options_.language)));
    }
    for (const auto& alert : report_.night.alerts) {
      if (!needs_person(alert, options_.now) || told_.contains(alert.id)) continue;
      told_.insert(alert.id);
      if (!alert.incident.empty() && !incidents_.insert(alert.incident).second) continue;
      things.push_back(waiting(alert));
    }
    if (things.empty()) return;
    add(Weight::person, zh_                  ? "有" + count(things.size()) + "件事要你处理："
                        : things.size() == 1 ? std::string("One thing needs you:")
                                             : capital(count(things.size())) + " things need you:");
    for (std::size_t i = 0; i < std::min(things.size(), kMostNamed); ++i)
      add(Weight::person, things[i]);
    if (things.size() <= kMostNamed) return;
    const std::string more = count(things.size() - kMostNamed);
    add(Weight::numbers,
        zh_ ? "另外" + more + "件可以问我。" : "Ask me for the other " + more + ".");
  }

  void say_repaired() {
    std::size_t more = 0;
    std::size_t said = 0;
    for (const auto& operation : report_.night.operations) {
      const bool over =
          operation.state == OperationState::recovered || operation.state == OperationState::undone;
      if (!over) continue;
      if (const Alert* alert = alert_of(operation)) told_.insert(alert->id);
      incidents_.insert(operation.incident);
      if (said++ >= kMostNamed) {
        ++more;
        continue;
      }
      add(Weight::repaired,
          story(operation, rollback::say_operation(operation, options_.now, options_.zone,
                                                   options_.language)));
    }
    if (more > 0)
      add(Weight::numbers, zh_ ? "另外还修了" + count(more) + "处。"
                               : capital(count(more)) + " more were repaired.");
  }

  void say_others() {
    std::size_t firing = 0;
    std::size_t recovered = 0;
    for (const auto& alert : report_.night.alerts) {
      if (told_.contains(alert.id) || is_settled(alert, options_.now)) continue;
      if (!alert.incident.empty() && incidents_.contains(alert.incident)) continue;
      ++(alert.state == alerts::State::firing ? firing : recovered);
    }
    const auto more = static_cast<std::size_t>(std::max<std::int64_t>(report_.night.more, 0));
    const bool first = sentences_.empty();
    if (firing > 0) {
      add(Weight::numbers,
          zh_ ? std::string(first ? "" : "另外") + "有" + count(firing) + "条告警还没恢复。"
              : capital(count(firing)) + (first ? "" : " more") +
                    (firing == 1 ? " alert has" : " alerts have") + " not recovered.");
    }
    if (recovered > 0) {
      add(Weight::numbers, zh_ ? count(recovered) + "条告警已经恢复。"
                               : capital(count(recovered)) +
                                     (recovered == 1 ? " alert has" : " alerts have") +
                                     " recovered.");
    }
    if (more > 0) {
      add(Weight::numbers, zh_ ? "此外还来过" + count(more) + "条告警。"
                               : "There were " + count(more) + " more alerts.");
    }
    others_ = firing + recovered + more > 0;
  }

  void say_none() {
    if (!report_.night.known) {
      add(Weight::repaired, zh_ ? "告警没查到。" : "The alerts could not be read.");
    } else if (sentences_.empty() && !others_) {
      add(Weight::closing, zh_ ? "没有要你处理的告警。" : "No alert needs you.");
    }
  }

  void say_logs() {
    const bool news = std::ranges::any_of(sentences_, [](const Sentence& one) {
      return one.weight == Weight::person || one.weight == Weight::repaired ||
             one.weight == Weight::numbers;
    });
    add(Weight::logs, news ? report_.logs_short : report_.logs);
  }

  static std::string capital(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
      text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
  }

  std::string joined() const {
    std::string out;
    for (const auto& sentence : sentences_) out = chain(std::move(out), sentence.text);
    return out;
  }

  std::string assemble() {
    const std::size_t limit = options_.max_characters * (zh_ ? 1 : 2);
    while (sentences_.size() > 1 && count_characters(joined()) > limit) {
      auto lightest = sentences_.begin();
      for (auto at = sentences_.begin(); at != sentences_.end(); ++at) {
        if (at->weight <= lightest->weight) lightest = at;  // of equally light ones the last
      }
      sentences_.erase(lightest);
    }
    return shorten_characters(joined(), limit);
  }

  const NightReport& report_;
  const NightOptions& options_;
  const bool zh_;
  std::vector<Sentence> sentences_;
  std::set<std::string> told_;       // ids of alerts
  std::set<std::string> incidents_;  // that have been told
  bool others_ = false;
};

}  // namespace

std::string say_night(const NightReport& report, const NightOptions& options) {
  return Telling(report, options).render();
}

bool has_news(const Night& night, TimePoint now) {
  return !night.known || night.more > 0 || !night.operations.empty() ||
         std::ranges::any_of(night.alerts,
                             [now](const Alert& alert) { return !is_settled(alert, now); });
}

std::string first_sentence(const std::string& speech, Language language) {
  const std::string_view end = language == Language::zh ? "。" : ". ";
  const auto at = speech.find(end);
  if (at == std::string::npos) return speech;
  return speech.substr(0, at + (language == Language::zh ? end.size() : 1));
}

}  // namespace mtc::broadcast
