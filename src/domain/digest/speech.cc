#include "domain/digest/speech.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/comparison.h"
#include "domain/digest/period.h"
#include "domain/digest/phrase.h"
#include "domain/digest/questions.h"
#include "domain/digest/speech_words.h"

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
      : digest_(digest), options_(options), words_(digest, options), zh_(words_.zh()) {}

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
  std::string count(std::int64_t n) const { return words_.count(n); }
  std::string count(std::size_t n) const { return count(static_cast<std::int64_t>(n)); }
  std::string moment(TimePoint time) { return words_.moment(time); }
  std::string period() const { return period_in_words(digest_, words_.now(), words_.language()); }
  TimePoint end_of_data() const { return digest_.coverage.data_until.value_or(digest_.period.to); }

  bool is_new(std::string_view id) const {
    return std::ranges::any_of(digest_.new_templates,
                               [&](const auto& one) { return one.id == id; });
  }
  bool told(std::string_view id) const {
    return !id.empty() && std::ranges::find(told_, id) != told_.end();
  }

  // ---- what went wrong

  // How high it rose: 平时的四十倍, "forty times normal"; empty where the usual is next to nothing.
  std::string against_usual(const Spike& spike) const {
    const double ratio = spike.usual > 0 ? static_cast<double>(spike.count) / spike.usual : 0;
    if (spike.usual < kWorthARatio || ratio < 2) return {};
    const std::string said = say_times(ratio, words_.language());
    return zh_ ? "平时的" + said : said + " normal";
  }

  // 昨晚两点零八分，payment 报错涨到平时的四十倍; or, where it took minutes to its height:
  // 昨晚两点零八分起，payment 报错增多，两点十一分涨到平时的四十倍.
  std::string rise_zh(const Spike& spike, const std::string& owner) {
    const std::string who = SpeechWords::follow(owner);
    const std::string ratio = against_usual(spike);
    const bool minute = spike.width == Millis(1min);
    const std::string from = moment(spike.from);
    if (spike.minute - spike.from < spike.width) {
      return from + "，" + who +
             (!ratio.empty()
                  ? "报错涨到" + ratio
                  : (minute ? "一分钟报错" : "报错突然增多，最多时") + words_.times(spike.count));
    }
    return from + "起，" + who + "报错增多，" + words_.moment_after(spike.from, spike.minute) +
           (!ratio.empty() ? "涨到" + ratio
                           : (minute ? "最多，一分钟" : "最多，") + words_.times(spike.count));
  }

  std::string rise_en(const Spike& spike, const std::string& owner) {
    const std::string who = owner.empty() ? "" : owner + " ";
    const std::string ratio = against_usual(spike);
    const std::string per = spike.width == Millis(1min) ? " in one minute" : " at once";
    const std::string from = moment(spike.from);
    if (spike.minute - spike.from < spike.width) {
      const std::string rose = SpeechWords::upper_first(from) + " " + who;
      if (!ratio.empty()) return rose + "errors rose to " + ratio;
      return rose + (owner.empty() ? "there were " : "had ") + count(spike.count) + " errors" + per;
    }
    return "From " + SpeechWords::without_preposition(from) + " " + who + "errors rose, to " +
           (!ratio.empty() ? ratio : count(spike.count) + per) + " at " +
           SpeechWords::without_preposition(words_.moment_after(spike.from, spike.minute));
  }

  std::string outcome(const Spike& spike) {
    if (lasts_to_the_end(digest_, spike)) {
      return zh_ ? "到" + moment(end_of_data()) + "还没有恢复。"
                 : "It had not recovered " + until(end_of_data()) + ".";
    }
    if (spike.width != Millis(1min)) return {};
    if (spike.to - spike.from <= Millis(1min))
      return zh_ ? "一分钟后恢复。" : "It was over after a minute.";
    const std::string when = words_.moment_after(spike.from, spike.to);
    if (zh_) return when + "恢复。";
    const bool bare = when.find(' ') == std::string::npos;
    return "It recovered " + std::string(bare ? "at " : "") + when + ".";
  }

  std::string until(TimePoint end) { return "by " + SpeechWords::without_preposition(moment(end)); }

  // What it was mostly: "，主要是连接数据库超时，以前没有出现过".
  std::string cause(const Spike& spike, const std::string& service) const {
    const TemplateTotal* what = digest_.find_template(spike.template_id);
    const bool of_others = zh_ && !spike.of_service && !service.empty();
    if (what == nullptr) return of_others ? "，主要是" + SpeechWords::lead(service) : "";
    const bool own = spike.of_service || (zh_ && service.empty());
    const std::string said = own ? words_.phrase(*what) : words_.whose(*what);
    std::string out = zh_ ? "，主要是" + SpeechWords::lead(said) : ", mostly " + said;
    if (is_new(what->id)) out += zh_ ? "，以前没有出现过" : ", never seen before";
    return out;
  }

  void say_spike(const Spike& spike) {
    const std::string service = spoken_service(spike.service);
    const std::string owner = spike.of_service ? service : "";
    const std::string text = (zh_ ? rise_zh(spike, owner) : rise_en(spike, owner)) +
                             cause(spike, service) + (zh_ ? "。" : ".");
    if (digest_.find_template(spike.template_id) != nullptr) told_.push_back(spike.template_id);
    const std::string end = outcome(spike);
    add(Weight::alarm, text + (zh_ || end.empty() ? "" : " ") + end);
  }

  void say_spikes() {
    for (std::size_t i = 0; i < std::min(digest_.spikes.size(), kMostSpikes); ++i)
      say_spike(digest_.spikes[i]);
    const bool alone = digest_.spikes.size() == 1 && digest_.spikes[0].of_service &&
                       digest_.questions.empty() && digest_.coverage.errors_complete &&
                       !is_partial(digest_);
    if (alone) add(Weight::detail, zh_ ? "其它服务没有突增。" : "No other service stood out.");
    if (digest_.spikes.size() <= kMostSpikes) return;
    const std::size_t more = digest_.spikes.size() - kMostSpikes;
    if (zh_) {
      add(Weight::detail, "另外还有" + count(more) + "次突增，在报告里。");
    } else {
      add(Weight::detail,
          more == 1 ? "There was one more burst; it is in the report."
                    : "There were " + count(more) + " more bursts; they are in the report.");
    }
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
      text = (service.empty() ? "" : SpeechWords::follow(service)) + "出现了没见过的错误，" +
             words_.phrase(first) + "，一共" + words_.times(first.count) + "。";
      if (fresh.size() > 1) {
        text += "另外还有" + count(fresh.size() - 1) + "种新错误。";
      }
    } else {
      text = "A new error" + (service.empty() ? "" : " in " + service) + ": " +
             words_.phrase(first) + ", " + words_.times(first.count) + ".";
      if (fresh.size() > 1) {
        text += " " + SpeechWords::upper_first(count(fresh.size() - 1)) +
                (fresh.size() == 2 ? " more is new." : " more are new.");
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
      if (zh_) {
        add(Weight::alarm, (service.empty() ? "这个错误" : SpeechWords::follow(service)) + "到" +
                               moment(end_of_data()) + "还在报错。");
      } else {
        add(Weight::alarm, SpeechWords::upper_first(service.empty() ? "it" : service) +
                               " was still failing " + until(end_of_data()) + ".");
      }
    }
  }

  void say_silent() {
    for (const auto& question : digest_.questions) {
      if (question.kind != Kind::silent_service) continue;
      const std::string service = spoken_service(question.service);
      if (service.empty()) continue;
      add(Weight::news, zh_ ? SpeechWords::follow(service) + "一条日志也没有，平时每天" +
                                  count(question.count) + "条，可能停了，需要你看一下。"
                            : service + " wrote nothing, usually " + count(question.count) +
                                  " lines a day. It may be down; please have a look.");
    }
  }

  // ---- figures

  // Errors against the reference; empty if there is nothing to compare with.
  std::string against_reference() const {
    const auto reference = comparison_of(digest_);
    if (!reference) return {};
    const std::string whom(reference->name(words_.language()));
    if (reference->errors == 0)
      return digest_.errors() == 0 ? "" : whom + (zh_ ? "没有错误" : " had none");
    const double ratio =
        static_cast<double>(digest_.errors()) / static_cast<double>(reference->errors);
    const bool day_before = reference->day_before;
    if (std::fabs(ratio - 1) < kAlike)
      return zh_ ? "和" + whom + "差不多" : "about as " + (day_before ? "many as " + whom : whom);
    if (ratio >= 2) {
      const std::string said = say_times(ratio, words_.language());
      if (zh_) return "是" + whom + "的" + said;
      return said + (day_before ? " as many as " : " the ") + whom;
    }
    const std::string percent = say_percent(std::fabs(ratio - 1), words_.language());
    if (zh_) return "比" + whom + (ratio > 1 ? "多" : "少") + percent;
    return percent + (ratio > 1 ? " more than " : " fewer than ") + whom;
  }

  bool errors_rose() const {
    const auto& reference = digest_.previous_day ? digest_.previous_day : digest_.usual_weekday;
    return reference && static_cast<double>(digest_.errors()) >
                            static_cast<double>(reference->errors) * kUnsettling;
  }

  // Nothing that anybody would want to know at breakfast; and it is certain, because it was
  // compared.
  bool quiet() const {
    const bool comparable = digest_.previous_day || digest_.usual_weekday || digest_.errors() == 0;
    const bool new_errors = std::ranges::any_of(
        digest_.new_templates, [](const auto& one) { return logs::is_error(one.level); });
    return comparable && digest_.lines() > 0 && digest_.spikes.empty() && !new_errors &&
           digest_.questions.empty() && !errors_rose() && digest_.coverage.totals_exact &&
           !is_partial(digest_);
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
    std::string text = SpeechWords::upper_first(period()) +
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
        const std::string times_said = say_times(question.ratio, words_.language());
        add(Weight::news, zh_ ? "日志量是平时的" + times_said + "。"
                              : "That is " + times_said + " the usual volume.");
      } else {
        const std::string percent = say_percent(question.ratio, words_.language());
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
      add(Weight::detail, zh_ ? "这一条是" + SpeechWords::lead(words_.whose(top)) + "。"
                              : "It was " + words_.whose(top) + ".");
      return;
    }
    if (zh_) {
      add(Weight::detail, std::string(whole ? "错误最多的是" : "读到的错误里最多的是") +
                              SpeechWords::lead(words_.whose(top)) + "，一共" +
                              words_.times(top.count) + "。");
    } else {
      add(Weight::detail, std::string(whole ? "Most of them were " : "Most of those I read were ") +
                              words_.whose(top) + ", " + words_.times(top.count) + ".");
    }
  }

  // ---- how sure it is

  void say_nothing_read() {
    const bool dated = digest_.period.length() > Millis{0};
    add(Weight::figure,
        zh_ ? (dated ? period() : "") + "没有读到日志。"
            : (dated ? SpeechWords::upper_first(period()) + " no" : "No") + " logs could be read.");
  }

  void say_coverage() {
    const Coverage& coverage = digest_.coverage;
    if (coverage.data_until) {
      add(Weight::news, zh_ ? "数据截至" + moment(*coverage.data_until) + "。"
                            : "The data ends " + moment(*coverage.data_until) + ".");
    }
    if (!coverage.missing.empty()) {
      const std::size_t n = coverage.missing.size();
      // "上海区: …": who it is can be said, the reason belongs into the report.
      const std::string& first = coverage.missing.front();
      const auto colon = std::min(first.find(": "), first.find("："));
      const std::string name =
          colon == std::string::npos ? "" : spoken_service(first.substr(0, colon));
      if (n == 1 && !name.empty()) {
        add(Weight::news, zh_ ? SpeechWords::follow(name) + "没查到。"
                              : SpeechWords::upper_first(name) + " could not be read.");
        return;
      }
      add(Weight::news, zh_ ? "有" + count(n) + "处日志没查到。"
                            : SpeechWords::upper_first(count(n)) + (n == 1 ? " part" : " parts") +
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
    const bool fresh = words_.now() - digest_.period.to < 24h;
    if (quiet() && fresh && words_.zone().civil(words_.now()).hour < 12)
      add(Weight::closing, zh_ ? "今天顺利。" : "Have a good day.");
  }

  // ---- putting it together

  std::size_t length() const {
    std::size_t out = 0;
    for (const auto& sentence : sentences_) out += count_characters(sentence.text) + (zh_ ? 0 : 1);
    return out;
  }

  std::string assemble() {
    std::string opening = options_.name.empty() ? "" : options_.name + (zh_ ? "，" : ", ");
    const std::size_t limit = words_.limit();
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
  SpeechWords words_;
  bool zh_;
  std::vector<Sentence> sentences_;
  std::vector<std::string> told_;  // templates already spoken of
};

}  // namespace

std::string render_speech(const Digest& digest, const SpeechOptions& options) {
  return Speech(digest, options).render();
}

}  // namespace mtc::digest
