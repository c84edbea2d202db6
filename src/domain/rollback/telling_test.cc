#include "domain/rollback/telling.h"

#include <gtest/gtest.h>

namespace mtc::rollback {
namespace {

using namespace std::chrono_literals;

TimePoint clock(int hour, int minute) {
  return Zone::shanghai().at(std::chrono::year(2026) / 11 / 22,
                             std::chrono::hours(hour) + std::chrono::minutes(minute));
}
const TimePoint kMorning = clock(7, 30);

Step step(Rung rung, StepState state, std::string reason = {}) {
  return {.rung = rung, .state = state, .reason = std::move(reason)};
}
Step scaled(StepState state, double errors_before, double errors_after) {
  Step out = step(Rung::scale_out, state);
  out.before = Health{.wanted = 4, .ready = 4, .error_rate = errors_before};
  out.after = Health{.wanted = 6, .ready = 6, .error_rate = errors_after};
  return out;
}
Operation operation(OperationState state, std::vector<Step> steps) {
  Operation out;
  out.target.object = {.kind = "Deployment", .ns = "shop-prod", .name = "payment"};
  out.state = state;
  out.steps = std::move(steps);
  out.started = clock(2, 8);
  if (state != OperationState::running) out.ended = clock(2, 14);
  return out;
}
const Step kPerson = step(Rung::person, StepState::waiting, "能试的都试过了");

TEST(Telling, TellsWhatWasTriedAndHowItEnded) {
  using enum StepState;
  using State = OperationState;
  const struct {
    const char* name;
    Operation operation;
    const char *zh, *en;
  } cases[] = {
      {"the second step helped",
       operation(State::recovered, {step(Rung::restart, no_better), step(Rung::scale_out, skipped),
                                    step(Rung::previous_version, good), kPerson}),
       "我先重启，没有好转，又回滚到上一个版本，两点十四分恢复。",
       "A restart didn't help, so I rolled it back to the previous version; it recovered at 2:14."},
      {"the first step helped", operation(State::recovered, {step(Rung::restart, good), kPerson}),
       "我重启以后，两点十四分恢复。", "I restarted it; it recovered at 2:14."},
      {"the third after one that made it worse",
       operation(State::recovered, {step(Rung::restart, no_better), scaled(undone, 0.1, 0.5),
                                    step(Rung::previous_version, good), kPerson}),
       "我先重启，没有好转，又扩容，错误反而多了，已经改回去，再回滚到上一个版本，两点十四分恢复。",
       "A restart didn't help, after scaling out errors went up and I undid it, so I rolled it "
       "back to the previous version; it recovered at 2:14."},
      {"it went away by itself",
       operation(State::recovered, {step(Rung::restart, skipped), kPerson}),
       "两点十四分恢复，是它自己好的，我没有动。",
       "It recovered at 2:14 by itself, and I changed nothing."},
      {"just begun", operation(State::running, {step(Rung::restart, waiting), kPerson}),
       "我正在看 payment 怎么了。", "I am looking at what is wrong with payment."},
      {"at work",
       operation(State::running,
                 {step(Rung::restart, no_better), step(Rung::previous_version, acting), kPerson}),
       "我先重启，没有好转，正在回滚到上一个版本。",
       "A restart didn't help, rolling it back to the previous version is under way."},
      {"watching", operation(State::running, {step(Rung::restart, verifying), kPerson}),
       "刚重启，正在看有没有好转。", "I restarted it and am watching whether that helps."},
      {"taking back", operation(State::running, {scaled(restoring, 0.1, 0.5), kPerson}),
       "扩容以后错误反而多了，正在改回去。",
       "After scaling out errors went up, and I am undoing it."},
      {"put back on somebody's word", operation(State::undone, {scaled(undone, 0.1, 0.1), kPerson}),
       "我先扩容，没有好转，已经改回去，现在都是原来的样子。",
       "Scaling out didn't help and was undone, and everything is as it was before."},
      {"stopped before anything", operation(State::cancelled, {step(Rung::restart, planned)}),
       "有人叫停了，什么都没有动。", "Somebody stopped it; nothing was changed."},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(say_operation(c.operation, kMorning, Zone::shanghai(), Language::zh), c.zh);
    EXPECT_EQ(say_operation(c.operation, kMorning, Zone::shanghai(), Language::en), c.en);
  }
}

TEST(Telling, NamesTheNightWhenItIsLongAgo) {
  const auto over = operation(OperationState::recovered, {step(Rung::restart, StepState::good)});
  EXPECT_EQ(say_operation(over, clock(15, 0), Zone::shanghai(), Language::zh),
            "我重启以后，昨晚两点十四分恢复。");
}

TEST(Telling, SaysWhyAPersonHasToGoOn) {
  using enum StepState;
  Operation dependency = operation(OperationState::handed_over, {step(Rung::restart, skipped)});
  dependency.diagnosis = {{"why_not", "payment 自己是好的，是它调用的 mysql 不行"}};
  const struct {
    const char* name;
    Operation operation;
    const char *zh, *en;
  } cases[] = {
      {"it made things worse",
       operation(OperationState::handed_over, {scaled(undone, 0.1, 0.5), kPerson}),
       "payment 扩容以后错误反而多了，我已经改回原来的四个副本。这件事需要你看一下。",
       "payment: after scaling out errors went up, so I put it back to the four pods it had. This "
       "one needs you."},
      {"nothing is left to try",
       operation(OperationState::handed_over, {step(Rung::restart, no_better),
                                               step(Rung::previous_version, no_better), kPerson}),
       "payment 重启和回滚到上一个版本都试过了，没有好转。这件事需要你看一下。",
       "payment: a restart and rolling it back to the previous version didn't help, and there is "
       "nothing left to try. This one needs you."},
      {"no permission",
       operation(OperationState::handed_over,
                 {step(Rung::restart, no_better),
                  step(Rung::previous_version, refused, "你的账号没有回滚权限。"), kPerson}),
       "payment 重启没有好转，要回滚到上一个版本，可是你的账号没有回滚权限。这件事需要你看一下。",
       "payment: a restart didn't help, rolling it back to the previous version was next, but "
       "你的账号没有回滚权限. This one needs you."},
      {"undecided", operation(OperationState::handed_over, {step(Rung::restart, unclear), kPerson}),
       "payment 重启以后看不清有没有好转，我没有再动。这件事需要你看一下。",
       "payment: whether a restart helped cannot be seen, so I stopped there. This one needs you."},
      {"taking back failed",
       operation(OperationState::handed_over, {scaled(restoring, 0.1, 0.5), kPerson}),
       "payment 扩容以后错误反而多了，想改回去没有成功。这件事需要你看一下。",
       "payment: after scaling out errors went up, and undoing it failed. This one needs you."},
      {"it is somebody else's trouble", dependency,
       "payment 自己是好的，是它调用的 mysql 不行。这件事需要你看一下。",
       "payment 自己是好的，是它调用的 mysql 不行. This one needs you."},
      {"nothing could be done",
       operation(OperationState::handed_over,
                 {step(Rung::restart, skipped), step(Rung::person, waiting, "没有我能做的步骤")}),
       "payment 没有我能做的步骤。这件事需要你看一下。",
       "payment: 没有我能做的步骤. This one needs you."},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(say_handed_over(c.operation, kMorning, Zone::shanghai(), Language::zh), c.zh);
    EXPECT_EQ(say_handed_over(c.operation, kMorning, Zone::shanghai(), Language::en), c.en);
    EXPECT_EQ(say_operation(c.operation, kMorning, Zone::shanghai(), Language::zh), c.zh);
  }
}

TEST(Telling, FitsIntoARowOfAHistory) {
  using State = OperationState;
  const auto row = [](State state, std::vector<Step> steps, Language language) {
    return say_in_history(operation(state, std::move(steps)), kMorning, Zone::shanghai(), language);
  };
  const Step rolled = step(Rung::previous_version, StepState::good);
  EXPECT_EQ(row(State::recovered, {rolled}, Language::zh),
            "昨晚两点零八分，payment，回滚版本后恢复");
  EXPECT_EQ(row(State::recovered, {rolled}, Language::en),
            "at 2:08 am, payment, recovered after a version rollback");
  EXPECT_EQ(row(State::handed_over, {step(Rung::restart, StepState::no_better)}, Language::zh),
            "昨晚两点零八分，payment，重启没有用，交给人处理");
  EXPECT_EQ(row(State::handed_over, {}, Language::zh),
            "昨晚两点零八分，payment，没有动，交给人处理");
  EXPECT_EQ(row(State::running, {}, Language::en), "at 2:08 am, payment, still being handled");
}

TEST(Telling, ShowsReadersNoArguments) {
  Step planned = step(Rung::previous_version, StepState::planned);
  planned.arguments = {{"secret", "s3cr3t"}};
  planned.version = "12345";
  planned.before = Health{.wanted = 3, .ready = 1};
  const Json json = to_json(operation(OperationState::running, {planned}));
  EXPECT_EQ(dump_json(json).find("s3cr3t"), std::string::npos);
  EXPECT_EQ(json["steps"][0]["rung"], "previous_version");
  EXPECT_EQ(json["steps"][0]["step"], 3);
  EXPECT_EQ(json["steps"][0]["before"]["ready"], 1);
  EXPECT_EQ(json["target"]["name"], "payment");
  EXPECT_EQ(json["started"], "2026-11-21T18:08:00.000Z");
  EXPECT_FALSE(json.contains("ended"));
}

TEST(Telling, NamesEachRung) {
  for (const Rung rung : kRungs) {
    EXPECT_FALSE(say_rung(rung, Language::zh).empty());
    EXPECT_FALSE(say_rung(rung, Language::en).empty());
    EXPECT_EQ(parse_rung(name_of(rung)), rung);
  }
  EXPECT_EQ(say_rung(Rung::previous_version, Language::zh), "回滚到上一个版本");
}

}  // namespace
}  // namespace mtc::rollback
