#include "domain/rollback/step_words.h"

#include <fmt/format.h>

#include <array>

#include "base/spoken.h"
#include "domain/rollback/health_signs.h"

namespace mtc::rollback {

std::string say_did(Rung rung, Language language) {
  const bool zh = language == Language::zh;
  switch (rung) {
    case Rung::restart:
      return zh ? "重启" : "restarted it";
    case Rung::scale_out:
      return zh ? "扩容" : "scaled it out";
    case Rung::previous_version:
      return zh ? "回滚到上一个版本" : "rolled it back to the previous version";
    case Rung::isolate:
      return zh ? "隔离有问题的部分" : "isolated what was sick";
    case Rung::whole_release:
      return zh ? "把整个发布一起回滚" : "rolled the whole release back";
    case Rung::person:
      return zh ? "交给人处理" : "handed it over";
  }
  return {};
}

std::string say_try(Rung rung, Language language) {
  if (language == Language::zh) return say_did(rung, language);
  switch (rung) {
    case Rung::restart:
      return "a restart";
    case Rung::scale_out:
      return "scaling out";
    case Rung::previous_version:
      return "rolling it back to the previous version";
    case Rung::isolate:
      return "isolating what was sick";
    case Rung::whole_release:
      return "rolling the whole release back";
    case Rung::person:
      return "handing it over";
  }
  return {};
}

std::string say_short(Rung rung, Language language) {
  const bool zh = language == Language::zh;
  switch (rung) {
    case Rung::restart:
      return zh ? "重启" : "a restart";
    case Rung::scale_out:
      return zh ? "扩容" : "scaling out";
    case Rung::previous_version:
      return zh ? "回滚版本" : "a version rollback";
    case Rung::isolate:
      return zh ? "隔离" : "isolation";
    case Rung::whole_release:
      return zh ? "回滚整个发布" : "a release rollback";
    case Rung::person:
      return zh ? "交给人处理" : "handing it over";
  }
  return {};
}

std::string say_what_got_worse(const Step& step, Language language) {
  const bool zh = language == Language::zh;
  if (step.before && step.after) {
    const auto& then = step.before->error_rate;
    const auto& now = step.after->error_rate;
    if (then && now && *now > *then * kNoise) return zh ? "错误反而多了" : "errors went up";
    if (missing_pods(*step.after) > missing_pods(*step.before))
      return zh ? "能用的副本反而少了" : "fewer pods were ready";
  }
  return zh ? "情况反而更差" : "things got worse";
}

std::string say_put_back_to(const Step& step, Language language) {
  const bool zh = language == Language::zh;
  if (step.rung == Rung::scale_out && step.before && step.before->wanted > 0) {
    const auto pods = step.before->wanted;
    const std::string count = say_count(pods, language);
    return zh ? fmt::format("原来的{}个副本", count)
              : fmt::format("the {} {} it had", count, pods == 1 ? "pod" : "pods");
  }
  return zh ? "原来的样子" : "what it was";
}

bool was_done(const Step& step) {
  if (step.rung == Rung::person) return false;
  switch (step.state) {
    case StepState::waiting:
    case StepState::skipped:
    case StepState::planned:
    case StepState::refused:
      return false;
    case StepState::acting:
    case StepState::verifying:
    case StepState::good:
    case StepState::no_better:
    case StepState::worse:
    case StepState::restoring:
    case StepState::undone:
    case StepState::unclear:
      return true;
  }
  return false;
}

bool was_in_vain(const Step& step) {
  if (step.state != StepState::undone || !step.before || !step.after) return false;
  const std::array looks{*step.after};
  return judge(*step.before, looks, Millis{0}, true) != Verdict::worse;
}

}  // namespace mtc::rollback
