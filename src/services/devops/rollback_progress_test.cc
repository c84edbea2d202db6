#include "services/devops/rollback_progress.h"

#include <gtest/gtest.h>

#include "domain/digest/sample_digests.h"
#include "services/devops/answer_check_for_test.h"

namespace mtc::services {
namespace {

using digest::sample::at;

RollbackProgress third_step() {
  return {.rollback_id = "0b6e3c52-6f0e-4f6e-9c53-0d5b3ed0a222",
          .incident = "payment 报错是平时的四十倍",
          .target = "production/payment",
          .score = 78,
          .speech = "重启没有好转，正在回滚到上一个版本。",
          .steps = {{.number = 1,
                     .name = "重启 payment",
                     .status = StepStatus::failed,
                     .reason = "三个副本都已重启，错误没有减少",
                     .started = at(26, 9),
                     .ended = at(26, 10, 40)},
                    {.number = 2,
                     .name = "扩到六个副本",
                     .status = StepStatus::undone,
                     .reason = "错误反而多了，已改回三个",
                     .started = at(26, 10, 40),
                     .ended = at(26, 11, 30)},
                    {.number = 3,
                     .name = "回滚到 v41",
                     .status = StepStatus::running,
                     .reason = "正在逐个替换，第二个副本就绪",
                     .started = at(26, 11, 30)},
                    {.number = 4, .name = "隔离 payment"}}};
}

TEST(RollbackProgress, IsWhatThePageIsTestedWith) {
  const Json json = to_json(third_step());
  EXPECT_EQ(complaint(rollback_progress_schema(), json), "");
  expect_golden("rollback_progress.json", json);
}

TEST(RollbackProgress, NamesEveryStatusAndVerdict) {
  auto progress = third_step();
  for (const auto status : {StepStatus::waiting, StepStatus::running, StepStatus::done,
                            StepStatus::failed, StepStatus::undone, StepStatus::skipped}) {
    progress.steps[0].status = status;
    EXPECT_EQ(complaint(rollback_progress_schema(), to_json(progress)), "");
  }
  for (const auto& [verdict, name] :
       {std::pair(Verdict::running, "running"), std::pair(Verdict::recovered, "recovered"),
        std::pair(Verdict::undone, "undone"), std::pair(Verdict::handed_over, "handed_over")}) {
    progress.verdict = verdict;
    EXPECT_EQ(to_json(progress)["verdict"], name);
  }
}

}  // namespace
}  // namespace mtc::services
