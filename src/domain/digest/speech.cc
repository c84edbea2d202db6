#include "domain/digest/speech.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/spoken.h"
#include "base/text.h"
#include "base/zone.h"
#include "domain/digest/period.h"
#include "domain/digest/phrase.h"
#include "domain/digest/questions.h"

namespace mtc::digest {
namespace {

using Kind = OpenQuestion::Kind;
using namespace std::chrono_literals;

constexpr std::size_t kMostSpikes = 2;
constexpr double kAlike = 0.03;  // a change that is none
constexpr double kUnsettling =
    1.2;  // times the errors of the reference from which on it is no quiet day
constexpr double kWorthARatio =
    1;  // errors in a usual minute below which "forty times" means nothing

enum class Weight { closing, detail, figure, news, alarm };  // the lightest is left out first

struct Sentence {
  Weight weight;
  std::string text;
};

class Speech {
 public:
  Speech(const Digest& digest, const SpeechOptions& options)
      : digest_(digest),
        options_(options),
        zone_(zone_of(digest)),
        now_(options.now.value_or(digest.created)),
        zh_(options.language == Language::zh) {}

  std::string render() {
    if (digest_.lines() == 0 && digest_.coverage.lines_read == 0) {
      say_nothing_read();
    } else {
      say_spikes();
      say_new_errors();
      say_failing();
      say_silent();
      say_totals();
      say_volume();
      say_top_error();
    }
    say_coverage();
    say_first_day();
    say_closing();
    return assemble();
  }

 private:
  void add(Weight weight, std::string text) { sentences_.push_back({weight, std::move(text)}); }
  std::string count(std::int64_t n) const { return say_count(n, options_.language); }
  // A day long past is named once; after that the time of day is enough.
  std::string moment(TimePoint time) {
    const auto day = zone_.day_of(time);
    const auto ago = std::chrono::sys_days(zone_.day_of(now_)) - std::chrono::sys_days(day);
    if (ago > std::chrono::days(1) && day == named_day_) {
      return (zh_ ? "" : "at ") + say_clock(time, zone_, options_.language);
    }
    named_day_ = day;
    return say_moment(time, now_, zone_, options_.language);
  }
  std::string phrase(std::string_view text) const { return human_phrase(text, options_.language); }
  std::string period() const { return period_in_words(digest_, now_, options_.language); }
  std::string times(std::int64_t n) const {
    return zh_ ? count(n) + "次" : n == 1 ? "once" : n == 2 ? "twice" : count(n) + " times";
  }

  const TemplateTotal* template_of(const Spike& spike) const {
    return digest_.find_template(spike.template_id);
  }
  bool is_new(std::string_view id) const {
    return std::ranges::any_of(digest_.new_templates,
                               [&](const auto& one) { return one.id == id; });
  }
  bool told(std::string_view id) const {
    return !id.empty() && std::ranges::find(told_, id) != told_.end();
  }

  // "gateway 的上游超时"; without a service just what it is.
  std::string whose(const TemplateTotal& total) const {
    const std::string service = spoken_service(total.service);
    const std::string what = phrase(total.text);
    if (service.empty()) return what;
    return zh_ ? follow(service) + "的" + lead(what) : what + " in " + service;
  }

  // ---- what went wrong

  // English puts the service inside: "payment errors rose …", "payment had sixty errors …".
  std::string how_high(const Spike& spike, const std::string& service) const {
    const double ratio = spike.usual > 0 ? static_cast<double>(spike.count) / spike.usual : 0;
    if (spike.usual >= kWorthARatio && ratio >= 2) {
      const std::string said = say_times(ratio, options_.language);
      if (zh_) return "报错涨到平时的" + said;
      return (service.empty() ? "" : service + " ") + "errors rose to " + said + " normal";
    }
    const bool minute = spike.width == Millis(1min);
    if (zh_) return (minute ? "一分钟报错" : "报错突然增多，最多时") + times(spike.count);
    return (service.empty() ? "there were " : service + " had ") + count(spike.count) + " errors" +
           (minute ? " in one minute" : " at once");
  }

  // Minutes that follow within the hour need no 昨晚.
  std::string recovered_at(const Spike& spike) {
    const bool soon = spike.to - spike.from < 2h;
    return soon ? say_clock_again(spike.to, zone_, options_.language) : moment(spike.to);
  }

  std::string outcome(const Spike& spike) {
    if (lasts_to_the_end(digest_, spike)) {
      const TimePoint end = digest_.coverage.data_until.value_or(digest_.period.to);
      return zh_ ? "到" + moment(end) + "还没有恢复。" : "It had not recovered " + until(end) + ".";
    }
    if (spike.width != Millis(1min)) return {};
    if (spike.to - spike.from <= Millis(1min))
      return zh_ ? "一分钟后恢复。" : "It was over after a minute.";
    if (zh_) return recovered_at(spike) + "恢复。";
    const std::string when = recovered_at(spike);
    return (when.find(' ') == std::string::npos ? "It recovered at " + when
                                                : "It recovered " + when) +
           ".";
  }

  std::string until(TimePoint end) {
    std::string text = moment(end);
    if (text.starts_with("at ")) text = text.substr(3);
    return "by " + text;
  }

  void say_spike(const Spike& spike) {
    const std::string service = spoken_service(spike.service);
    const TemplateTotal* what = template_of(spike);
    std::string text;
    if (zh_) {
      text = moment(spike.from) + "，" +
             (spike.of_service && !service.empty() ? follow(service) : "") +
             how_high(spike, service);
      if (what != nullptr) {
        text += "，主要是" + (spike.of_service || service.empty() ? lead(phrase(what->text))
                                                                  : lead(whose(*what)));
        if (is_new(what->id)) text += "，以前没有出现过";
      } else if (!spike.of_service && !service.empty()) {
        text += "，主要是 " + service;
      }
      text += "。";
    } else {
      text =
          upper_first(moment(spike.from)) + " " + how_high(spike, spike.of_service ? service : "");
      if (what != nullptr) {
        text += ", mostly " + (spike.of_service ? phrase(what->text) : whose(*what));
        if (is_new(what->id)) text += ", never seen before";
      }
      text += ".";
    }
    if (what != nullptr) told_.push_back(what->id);
    const std::string end = outcome(spike);
    add(Weight::alarm, text + (zh_ || end.empty() ? "" : " ") + end);
  }

  void say_spikes() {
    for (std::size_t i = 0; i < std::min(digest_.spikes.size(), kMostSpikes); ++i)
      say_spike(digest_.spikes[i]);
    const bool alone = digest_.spikes.size() == 1 && digest_.spikes[0].of_service &&
                       digest_.questions.empty() && digest_.coverage.errors_complete && !partial();
    if (alone) add(Weight::detail, zh_ ? "其它服务没有突增。" : "No other service stood out.");
    if (digest_.spikes.size() <= kMostSpikes) return;
    const auto more = static_cast<std::int64_t>(digest_.spikes.size() - kMostSpikes);
    add(Weight::detail,
        zh_ ? "另外还有" + count(more) + "次突增，在报告里。"
            : "There were " + count(more) + " more bursts; they are in the report.");
  }

  void say_new_errors() {
    std::vector<const TemplateTotal*> fresh;
    for (const auto& total : digest_.new_templates) {
      if (logs::is_error(total.level) && !told(total.id)) fresh.push_back(&total);
    }
    if (fresh.empty()) return;
    const TemplateTotal& first = *fresh.front();
    const std::string service = spoken_service(first.service);
    std::string text;
    if (zh_) {
      text = (service.empty() ? "" : follow(service)) + "出现了没见过的错误，" +
             phrase(first.text) + "，一共" + times(first.count) + "。";
      if (fresh.size() > 1) {
        text += "另外还有" + count(static_cast<std::int64_t>(fresh.size() - 1)) + "种新错误。";
      }
    } else {
      text = "A new error" + (service.empty() ? "" : " in " + service) + ": " + phrase(first.text) +
             ", " + times(first.count) + ".";
      if (fresh.size() > 1) {
        text += " " + upper_first(count(static_cast<std::int64_t>(fresh.size() - 1))) +
                " more are new.";
      }
    }
    told_.push_back(first.id);
    add(Weight::news, std::move(text));
  }

  void say_failing() {
    for (const auto& question : digest_.questions) {
      if (question.kind != Kind::still_failing) continue;
      const bool spike = std::ranges::any_of(digest_.spikes, [&](const Spike& one) {
        return one.service == question.service && lasts_to_the_end(digest_, one);
      });
      if (spike) continue;  // said with the spike
      const std::string service = spoken_service(question.service);
      const TimePoint end = digest_.coverage.data_until.value_or(digest_.period.to);
      if (zh_) {
        add(Weight::alarm,
            (service.empty() ? "这个错误" : follow(service)) + "到" + moment(end) + "还在报错。");
      } else {
        add(Weight::alarm, upper_first(service.empty() ? "it" : service) + " was still failing " +
                               until(end) + ".");
      }
    }
  }

  void say_silent() {
    for (const auto& question : digest_.questions) {
      if (question.kind != Kind::silent_service) continue;
      const std::string service = spoken_service(question.service);
      if (service.empty()) continue;
      add(Weight::news, zh_ ? follow(service) + "一条日志也没有，平时每天" + count(question.count) +
                                  "条，可能停了，需要你看一下。"
                            : service + " wrote nothing, usually " + count(question.count) +
                                  " lines a day. It may be down; please have a look.");
    }
  }

  // ---- figures

  // Errors against the day before, or else the usual weekday. Empty if there is nothing to compare
  // with.
  std::string against_reference() const {
    const bool day_before = digest_.previous_day.has_value();
    const auto& reference = day_before ? digest_.previous_day : digest_.usual_weekday;
    if (!reference || !digest_.coverage.totals_exact || partial()) return {};
    const std::string whom = zh_          ? (day_before ? "前一天" : "平时")
                             : day_before ? "the day before"
                                          : "usual";
    if (reference->errors == 0)
      return digest_.errors() == 0 ? "" : zh_ ? whom + "没有错误" : whom + " had none";
    const double ratio =
        static_cast<double>(digest_.errors()) / static_cast<double>(reference->errors);
    if (std::fabs(ratio - 1) < kAlike)
      return zh_ ? "和" + whom + "差不多" : "about as " + (day_before ? "many as " + whom : whom);
    if (ratio >= 2) {
      const std::string said = say_times(ratio, options_.language);
      return zh_ ? "是" + whom + "的" + said
                 : said + " " + (day_before ? "as many as the day before" : "the usual");
    }
    const std::string percent = say_percent(std::fabs(ratio - 1), options_.language);
    if (zh_) return "比" + whom + (ratio > 1 ? "多" : "少") + percent;
    return percent + (ratio > 1 ? " more than " : " fewer than ") + whom;
  }

  bool errors_rose() const {
    const auto& reference = digest_.previous_day ? digest_.previous_day : digest_.usual_weekday;
    return reference && static_cast<double>(digest_.errors()) >
                            static_cast<double>(reference->errors) * kUnsettling;
  }

  bool partial() const {
    return !digest_.coverage.missing.empty() || digest_.coverage.data_until.has_value();
  }

  // Nothing that anybody would want to know at breakfast; and it is certain, because it was
  // compared.
  bool quiet() const {
    const bool comparable = digest_.previous_day || digest_.usual_weekday || digest_.errors() == 0;
    const bool new_errors = std::ranges::any_of(
        digest_.new_templates, [](const auto& one) { return logs::is_error(one.level); });
    return comparable && digest_.lines() > 0 && digest_.spikes.empty() && !new_errors &&
           digest_.questions.empty() && !errors_rose() && digest_.coverage.totals_exact &&
           !partial();
  }

  void say_totals() {
    const std::string compared = against_reference();
    const std::string lines = count(digest_.lines());
    const std::string errors = count(digest_.errors());
    const bool calm = quiet();
    if (zh_) {
      std::string text = period();
      text += calm ? "一切正常，" : text.find("到") != std::string::npos ? "，" : "";
      text += "日志" + lines + "条，";
      if (!digest_.coverage.totals_exact && !digest_.coverage.complete()) {
        text += "读到的错误" + errors + "条";
      } else if (digest_.errors() == 0) {
        text += "没有错误";
      } else if (calm && !compared.empty() && compared.starts_with("比")) {
        add(Weight::figure, text + "错误" + compared + "。");
        return;
      } else {
        text += "错误" + errors + "条";
      }
      add(Weight::figure, text + (compared.empty() ? "" : "，" + compared) + "。");
      return;
    }
    std::string text = upper_first(period()) +
                       (calm ? " everything was normal: " : " there were ") + lines + " lines and ";
    if (calm && !digest_.previous_day && !digest_.usual_weekday && digest_.errors() == 0) {
      add(Weight::figure, text + "no errors.");
      return;
    }
    if (!digest_.coverage.totals_exact && !digest_.coverage.complete()) {
      text += errors + " errors in the part I read";
    } else {
      text += digest_.errors() == 0 ? "no errors"
                                    : errors + (digest_.errors() == 1 ? " error" : " errors");
    }
    add(Weight::figure, text + (compared.empty() ? "" : ", " + compared) + ".");
  }

  void say_volume() {
    for (const auto& question : digest_.questions) {
      if (question.kind != Kind::volume_change) continue;
      if (question.ratio >= 2) {
        const std::string times_said = say_times(question.ratio, options_.language);
        add(Weight::news, zh_ ? "日志量是平时的" + times_said + "。"
                              : "That is " + times_said + " the usual volume.");
      } else {
        const std::string percent = say_percent(question.ratio, options_.language);
        add(Weight::news, zh_ ? "日志量只有平时的" + percent + "。"
                              : "That is only " + percent + " of the usual volume.");
      }
    }
  }

  void say_top_error() {
    if (digest_.top_errors.empty() || quiet()) return;
    const TemplateTotal& top = digest_.top_errors.front();
    if (told(top.id)) return;
    const bool whole = digest_.coverage.errors_complete;
    if (whole && digest_.errors() == 1) {
      add(Weight::detail,
          zh_ ? "这一条是" + lead(whose(top)) + "。" : "It was " + whose(top) + ".");
      return;
    }
    if (zh_) {
      add(Weight::detail, std::string(whole ? "错误最多的是" : "读到的错误里最多的是") +
                              lead(whose(top)) + "，一共" + times(top.count) + "。");
    } else {
      add(Weight::detail, std::string(whole ? "Most of them were " : "Most of those I read were ") +
                              whose(top) + ", " + times(top.count) + ".");
    }
  }

  // ---- how sure it is

  void say_nothing_read() {
    const bool dated = digest_.period.length() > Millis{0};
    add(Weight::figure,
        zh_ ? (dated ? period() : "") + "没有读到日志。"
            : (dated ? upper_first(period()) + " no" : "No") + " logs could be read.");
  }

  void say_coverage() {
    const Coverage& coverage = digest_.coverage;
    if (coverage.data_until) {
      add(Weight::news, zh_ ? "数据截至" + moment(*coverage.data_until) + "。"
                            : "The data ends " + moment(*coverage.data_until) + ".");
    }
    if (!coverage.missing.empty()) {
      const auto n = static_cast<std::int64_t>(coverage.missing.size());
      // "上海区: …": who it is can be said, the reason belongs into the report.
      const std::string& first = coverage.missing.front();
      const auto colon = std::min(first.find(": "), first.find("："));
      const std::string name =
          colon == std::string::npos ? "" : spoken_service(first.substr(0, colon));
      if (n == 1 && !name.empty()) {
        add(Weight::news,
            zh_ ? follow(name) + "没查到。" : upper_first(name) + " could not be read.");
        return;
      }
      add(Weight::news, zh_ ? "有" + count(n) + "处日志没查到。"
                            : upper_first(count(n)) + (n == 1 ? " part" : " parts") +
                                  " of the logs could not be read.");
    }
    if (!coverage.errors_complete && coverage.missing.empty()) {
      add(Weight::detail, zh_ ? "日志太多，错误只看了一部分。"
                              : "There was too much to read; I saw only part of the errors.");
    }
  }

  void say_first_day() {
    if (digest_.has_history || digest_.previous_day || digest_.usual_weekday ||
        digest_.lines() == 0)
      return;
    add(Weight::detail, zh_ ? "这是第一次统计，还没有可比的数据。"
                            : "This is the first report, so there is nothing to compare with yet.");
  }

  void say_closing() {
    const bool fresh = now_ - digest_.period.to < 24h;
    if (quiet() && fresh && zone_.civil(now_).hour < 12)
      add(Weight::closing, zh_ ? "今天顺利。" : "Have a good day.");
  }

  // ---- putting it together

  // 主要是 payment …: a blank before a foreign word.
  static std::string lead(std::string text) {
    const bool foreign = !text.empty() && static_cast<unsigned char>(text.front()) < 0x80;
    return foreign ? " " + text : text;
  }

  // … and one behind it.
  static std::string follow(std::string text) {
    const bool foreign = !text.empty() && static_cast<unsigned char>(text.back()) < 0x80;
    return foreign ? text + " " : text;
  }

  static std::string upper_first(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
      text[0] = static_cast<char>(text[0] - 32);
    return text;
  }

  std::size_t length() const {
    std::size_t out = 0;
    for (const auto& sentence : sentences_) out += count_characters(sentence.text) + (zh_ ? 0 : 1);
    return out;
  }

  std::string assemble() {
    std::string opening = options_.name.empty() ? "" : options_.name + (zh_ ? "，" : ", ");
    const std::size_t limit = options_.max_characters * (zh_ ? 1 : 2);
    while (sentences_.size() > 1 && length() + count_characters(opening) > limit) {
      // Of equally light ones the last goes first.
      auto lightest = sentences_.begin();
      for (auto at = sentences_.begin(); at != sentences_.end(); ++at) {
        if (at->weight <= lightest->weight) lightest = at;
      }
      sentences_.erase(lightest);
    }
    std::string out = std::move(opening);
    for (std::size_t i = 0; i < sentences_.size(); ++i) {
      if (i > 0 && !zh_) out += ' ';
      out += sentences_[i].text;
    }
    return shorten_characters(out, limit);
  }

  const Digest& digest_;
  const SpeechOptions& options_;
  Zone zone_;
  TimePoint now_;
  bool zh_;
  std::vector<Sentence> sentences_;
  std::vector<std::string> told_;  // templates already spoken of
  std::chrono::year_month_day named_day_{};
};

}  // namespace

std::string render_speech(const Digest& digest, const SpeechOptions& options) {
  return Speech(digest, options).render();
}

}  // namespace mtc::digest
