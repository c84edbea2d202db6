#include "domain/rollback/rollback_world_for_test.h"

namespace mtc::rollback {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CancelTest : public RollbackTest {
 protected:
  void stop() {
    EXPECT_TRUE(*run(runner("another").cancel(operations.kept.front().operation.id, "bob")));
  }
  // Stopped as soon as the record has that shape.
  Operation stop_when(StepState state) {
    auto begun = begin();
    EXPECT_TRUE(begun && *begun);
    bool stopped = false;
    auto ended = run(runner().run(**begun, [&](const Operation& now) {
      for (const Step& step : now.steps) {
        if (step.state != state || stopped) continue;
        stopped = true;
        auto& kept = operations.kept.front().operation;
        kept.cancel_asked = true;
        kept.cancel_by = "bob";
      }
    }));
    EXPECT_TRUE(ended) << ended.error().message;
    return ended.value_or(Operation{});
  }
};

TEST_F(CancelTest, BeforeTheFirstStepNothingIsDone) {
  nature = cured_by_nothing;
  auto begun = begin();
  stop();
  const Operation operation = finish(**begun);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_EQ(operation.cancel_by, "bob");
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_EQ(rows(audit::Event::cancelled), 1);
  EXPECT_EQ(log.rows[0].entry.actor, "bob");
}

TEST_F(CancelTest, OfAPlannedStepNothingIsDone) {
  nature = cured_by_nothing;
  const Operation operation = stop_when(StepState::planned);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_THAT(steps(operation), IsEmpty());
}

TEST_F(CancelTest, WhatIsDoneIsLookedAtAndLeftWhereItIsNoWorse) {
  nature = cured_by_nothing;
  const Operation operation = stop_when(StepState::verifying);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_THAT(steps(operation), ElementsAre("restart:no_better"));
  EXPECT_THAT(cluster->writes, SizeIs(1));
  EXPECT_EQ(handling(), alerts::Handling::handed_over);
}

TEST_F(CancelTest, WhatMadeItWorseIsTakenBack) {
  nature = worse_by_scaling;
  const Operation operation = stop_when(StepState::verifying);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_THAT(steps(operation), ElementsAre("scale_out:undone"));
  EXPECT_EQ(replicas(), 3);
}

TEST_F(CancelTest, WhatIsBeingTakenBackIsTakenBack) {
  nature = worse_by_scaling;
  const Operation operation = stop_when(StepState::restoring);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_THAT(steps(operation), ElementsAre("scale_out:undone"));
  EXPECT_EQ(replicas(), 3);
}

TEST_F(CancelTest, WhatHelpedStaysAndTheAlertIsSolved) {
  nature = cured_by_restart;
  const Operation operation = stop_when(StepState::verifying);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_THAT(steps(operation), Contains("restart:good"));
  EXPECT_EQ(handling(), alerts::Handling::solved);
}

TEST_F(CancelTest, AfterACrashInTheMiddleOfAStepNothingMoreIsDone) {
  nature = cured_by_nothing;
  auto begun = begin();
  auto& kept = operations.kept.front().operation;
  kept.steps[0].state = StepState::acting;
  kept.steps[0].checkpoint = "c1";
  kept.cancel_asked = true;
  const Operation operation = finish(kept);
  EXPECT_EQ(operation.state, OperationState::cancelled);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(CancelTest, WhatDoesNotRunCannotBeStopped) {
  nature = cured_by_restart;
  const Operation operation = repair();
  EXPECT_FALSE(*run(runner().cancel(operation.id, "bob")));
  EXPECT_FALSE(*run(runner().cancel("nobody knows it", "bob")));
}

}  // namespace
}  // namespace mtc::rollback
