#include "domain/rollback/telling.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/words.h"
#include "domain/rollback/outside_text.h"
#include "domain/rollback/step_words.h"

namespace mtc::rollback {
namespace {

using clusters::capitalised;

constexpr std::size_t kMostReason = 120;              // characters
constexpr Millis kSameNight = std::chrono::hours(8);  // so long a bare 两点十四分 is clear

// A sentence of somebody's without its end, so that it can stand inside ours.
std::string inner(std::string_view sentence) {
  std::string out = clean_text(sentence, kMostReason);
  for (const std::string_view end : {"。", ".", "！", "!"}) {
    if (out.ends_with(end)) out.resize(out.size() - end.size());
  }
  return out;
}

class Teller {
 public:
  Teller(const Operation& operation, TimePoint now, const Zone& zone, Language language)
      : operation_(operation),
        now_(now),
        zone_(zone),
        language_(language),
        zh_(language == Language::zh) {
    for (const auto& step : operation.steps) {
      if (was_done(step)) done_.push_back(&step);
    }
  }

  std::string tell() const {
    switch (operation_.state) {
      case OperationState::running:
        return sentence(running());
      case OperationState::recovered:
        return sentence(recovered());
      case OperationState::undone:
        return sentence(undone());
      case OperationState::handed_over:
        return handed_over();
      case OperationState::cancelled:
        return cancelled();
    }
    return {};
  }

  std::string handed_over() const {
    const std::string why = sentence(why_handed_over());
    return why + (zh_ ? "这件事需要你看一下。" : " This one needs you.");
  }

  std::string in_history() const {
    const std::string when = say_moment(operation_.started, now_, zone_, language_);
    return fmt::format("{}{}{}{}{}", when, zh_ ? "，" : ", ", name(), zh_ ? "，" : ", ", ending());
  }

 private:
  std::string words(std::string_view zh, std::string_view en) const {
    return std::string(zh_ ? zh : en);
  }
  std::string name() const { return clean_name(operation_.target.object.name); }
  std::string sentence(const std::string& text) const {
    if (zh_) return close_gaps(text) + "。";
    return (text.starts_with(name()) ? text : capitalised(text)) + ".";  // names stay as they are
  }

  // 两点十四分恢复; "it recovered at 2:14"
  std::string say_recovered() const {
    if (!operation_.ended) return words("恢复了", "it recovered");
    const TimePoint at = *operation_.ended;
    if (now_ - at > kSameNight) {
      const std::string moment = say_moment(at, now_, zone_, language_);
      return zh_ ? moment + "恢复" : "it recovered " + moment;
    }
    const std::string clock = say_clock_again(at, zone_, language_);
    return zh_ ? clock + "恢复" : "it recovered at " + clock;
  }

  std::string say_worse(const Step& step) const { return say_what_got_worse(step, language_); }
  std::string say_put_back(const Step& step) const { return say_put_back_to(step, language_); }

  // What came of a step that did not end it: 没有好转; "a restart didn't help".
  std::string outcome(const Step& step) const {
    const std::string tried = say_try(step.rung, language_);
    if (was_in_vain(step))
      return zh_ ? "没有好转，已经改回去" : fmt::format("{} didn't help and was undone", tried);
    if (step.state == StepState::undone)
      return zh_ ? say_worse(step) + "，已经改回去"
                 : fmt::format("after {} {} and I undid it", tried, say_worse(step));
    if (step.state == StepState::unclear)
      return zh_ ? "看不清有没有用" : fmt::format("whether {} helped is unclear", tried);
    return zh_ ? "没有好转" : fmt::format("{} didn't help", tried);
  }

  // 我先重启，没有好转，又扩容，没有好转; "a restart didn't help, scaling out didn't help": the
  // first `count` of what was done. Empty for none.
  std::string tries(std::size_t count) const {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += zh_ ? "，" : ", ";
      if (zh_) out += (i == 0 ? "我先" : next_word(i)) + say_did(done_[i]->rung, language_) + "，";
      out += outcome(*done_[i]);
    }
    return out;
  }
  static std::string next_word(std::size_t i) { return i == 1 ? "又" : i == 2 ? "再" : "接着"; }

  std::string recovered() const {
    if (done_.empty())
      return zh_ ? say_recovered() + "，是它自己好的，我没有动"
                 : say_recovered() + " by itself, and I changed nothing";
    const std::string did = say_did(done_.back()->rung, language_);
    const std::size_t before = done_.size() - 1;
    if (before == 0)
      return zh_ ? fmt::format("我{}以后，{}", did, say_recovered())
                 : fmt::format("I {}; {}", did, say_recovered());
    return zh_ ? fmt::format("{}，{}{}，{}", tries(before), next_word(before), did, say_recovered())
               : fmt::format("{}, so I {}; {}", tries(before), did, say_recovered());
  }

  std::string running() const {
    const auto it = std::ranges::find_if(operation_.steps, [](const Step& step) {
      return !is_over(step.state) && step.state != StepState::waiting;
    });
    const bool begun = it != operation_.steps.end();
    const std::size_t before = done_.size() - (begun && was_done(*it) ? 1 : 0);
    std::string out = tries(before);
    if (!out.empty()) out += zh_ ? "，" : ", ";
    if (operation_.cancel_asked) return out + words("正在停下来", "I am stopping now");
    if (!begun) return out + say_looking();
    return out + say_current(*it);
  }
  std::string say_looking() const {
    return zh_ ? fmt::format("我正在看 {} 怎么了", name())
               : fmt::format("I am looking at what is wrong with {}", name());
  }
  std::string say_current(const Step& step) const {
    const std::string tried = say_try(step.rung, language_);
    if (step.state == StepState::verifying)
      return zh_ ? fmt::format("刚{}，正在看有没有好转", tried)
                 : fmt::format("I {} and am watching whether that helps",
                               say_did(step.rung, language_));
    if (step.state == StepState::worse || step.state == StepState::restoring)
      return zh_ ? fmt::format("{}以后{}，正在改回去", tried, say_worse(step))
                 : fmt::format("after {} {}, and I am undoing it", tried, say_worse(step));
    return zh_ ? "正在" + tried : fmt::format("{} is under way", tried);
  }

  std::string undone() const {
    if (done_.empty()) return words("什么都没有动", "nothing was changed");
    return tries(done_.size()) +
           words("，现在都是原来的样子", ", and everything is as it was before");
  }

  std::string cancelled() const {
    const std::string by = clean_name(operation_.cancel_by);
    const std::string who = by.empty() ? words("有人", "somebody") : by;
    const std::string stopped =
        zh_ ? who + (by.empty() ? "叫停了" : " 叫停了") : who + " stopped it";
    if (done_.empty()) return sentence(stopped + words("，什么都没有动", "; nothing was changed"));
    return sentence(stopped) + (zh_ ? "" : " ") + sentence(tries(done_.size()));
  }

  const Step* last_refused() const {
    const Step* out = nullptr;
    for (const auto& step : operation_.steps) {
      if (step.state == StepState::refused && step.rung != Rung::person) out = &step;
    }
    const bool is_newest = out != nullptr && (done_.empty() || out > done_.back());
    return is_newest ? out : nullptr;
  }

  // 重启没有好转，; "a restart didn't help, ": the first `count` of what was done.
  std::string earlier(std::size_t count) const {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      if (zh_) out += say_did(done_[i]->rung, language_);
      out += outcome(*done_[i]) + (zh_ ? "，" : ", ");
    }
    return out;
  }
  std::string before_last() const { return earlier(done_.size() - 1); }

  std::string why_handed_over() const {
    const std::string subject = zh_ ? name() + " " : name() + ": ";
    if (const Step* refused = last_refused()) return subject + say_refused(*refused);
    if (done_.empty()) return say_nothing_done();
    return subject + say_last(*done_.back());
  }
  std::string say_refused(const Step& step) const {
    const std::string out = earlier(done_.size());
    const std::string reason = inner(step.reason);
    const std::string tried = say_try(step.rung, language_);
    if (reason.empty()) return out + (zh_ ? tried + "没有做成" : tried + " was not possible");
    return out + (zh_ ? fmt::format("要{}，可是{}", tried, reason)
                      : fmt::format("{} was next, but {}", tried, reason));
  }
  // Also where the rules or the diagnosis say to leave it.
  std::string say_nothing_done() const {
    std::string reason = inner(string_or(operation_.diagnosis, "why_not"));
    if (reason.empty()) {
      for (const auto& step : operation_.steps) {
        if (step.rung == Rung::person) reason = inner(step.reason);
      }
    }
    if (reason.find(name()) != std::string::npos) return reason;
    const std::string subject = zh_ ? name() + " " : name() + ": ";
    if (reason.empty()) return subject + words("我没有能做的步骤", "there is nothing I can try");
    return subject + reason;
  }
  std::string say_last(const Step& step) const {
    const std::string tried = say_try(step.rung, language_);
    switch (step.state) {
      case StepState::undone:
        if (was_in_vain(step)) return say_all_in_vain();
        return before_last() + (zh_ ? fmt::format("{}以后{}，我已经改回{}", tried, say_worse(step),
                                                  say_put_back(step))
                                    : fmt::format("after {} {}, so I put it back to {}", tried,
                                                  say_worse(step), say_put_back(step)));
      case StepState::worse:
      case StepState::restoring:
        return before_last() +
               (zh_ ? fmt::format("{}以后{}，想改回去没有成功", tried, say_worse(step))
                    : fmt::format("after {} {}, and undoing it failed", tried, say_worse(step)));
      case StepState::unclear:
      case StepState::acting:
      case StepState::verifying:
        return before_last() +
               (zh_ ? fmt::format("{}以后看不清有没有好转，我没有再动", tried)
                    : fmt::format("whether {} helped cannot be seen, so I stopped there", tried));
      case StepState::good:
        return before_last() + (zh_ ? tried + "以后好了，又出了问题"
                                    : fmt::format("{} helped, and then it came back", tried));
      case StepState::no_better:
      case StepState::waiting:
      case StepState::skipped:
      case StepState::planned:
      case StepState::refused:
        return say_all_in_vain();
    }
    return {};
  }
  std::string say_all_in_vain() const {
    if (std::ranges::any_of(done_,
                            [](const Step* step) { return step->state != StepState::no_better; }))
      return tries(done_.size()) + words("，没有别的能试了", ", and there is nothing left to try");
    std::vector<std::string> names;
    for (const Step* step : done_) names.push_back(say_try(step->rung, language_));
    const std::string all = clusters::say_list(names, names.size(), language_);
    if (zh_) return fmt::format("{}{}，没有好转", all, names.size() > 1 ? "都试过了" : "试过了");
    return fmt::format("{} didn't help, and there is nothing left to try", all);
  }

  std::string ending() const {
    const bool any = !done_.empty();
    const std::string last = any ? say_short(done_.back()->rung, language_) : std::string();
    switch (operation_.state) {
      case OperationState::running:
        return words("还在处理", "still being handled");
      case OperationState::recovered:
        if (!any) return words("自己恢复", "recovered by itself");
        return zh_ ? last + "后恢复" : "recovered after " + last;
      case OperationState::undone:
        return any ? words("已经改回原样", "put back as it was") : words("没有动", "not touched");
      case OperationState::handed_over:
        if (!any) return words("没有动，交给人处理", "not touched, handed over");
        return zh_ ? last + "没有用，交给人处理" : fmt::format("{} didn't help, handed over", last);
      case OperationState::cancelled:
        return words("中途叫停", "stopped");
    }
    return {};
  }

  const Operation& operation_;
  TimePoint now_;
  const Zone& zone_;
  Language language_;
  bool zh_;
  std::vector<const Step*> done_;  // in order
};

}  // namespace

std::string say_operation(const Operation& operation, TimePoint now, const Zone& zone,
                          Language language) {
  return Teller(operation, now, zone, language).tell();
}

std::string say_handed_over(const Operation& operation, TimePoint now, const Zone& zone,
                            Language language) {
  return Teller(operation, now, zone, language).handed_over();
}

std::string say_in_history(const Operation& operation, TimePoint now, const Zone& zone,
                           Language language) {
  return Teller(operation, now, zone, language).in_history();
}

}  // namespace mtc::rollback
