// Killed at every moment at which something was kept, written or told, and gone on with by another
// process: nothing is done twice, nothing is forgotten.
#include <fmt/format.h>

#include "domain/rollback/crash_for_test.h"

namespace mtc::rollback {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Not;

struct Story {
  const char* name;
  Nature (*nature)(RollbackWorld&);
  OperationState state;
  alerts::Handling handling;
};

constexpr Story kStories[] = {
    {"the first step helps", cured_by_restart, OperationState::recovered, alerts::Handling::solved},
    {"the second step helps", cured_by_version, OperationState::recovered,
     alerts::Handling::solved},
    {"nothing helps", cured_by_nothing, OperationState::handed_over, alerts::Handling::handed_over},
    {"more replicas make it worse", worse_by_scaling, OperationState::handed_over,
     alerts::Handling::handed_over},
};

// Everything that happened in a life without an accident.
struct Whole {
  std::vector<std::string> writes, steps;
  int moments = 0;
};

Whole without_accident(const Story& story) {
  MortalWorld world(-1);
  world.nature = story.nature;
  EXPECT_FALSE(world.live("first", Trigger::urgent, 95));
  EXPECT_EQ(world.operations.kept.size(), 1U);
  return {.writes = world.cluster->writes,
          .steps = RollbackWorld::steps(world.operations.kept.front().operation),
          .moments = world.fate.moments};
}

TEST(Crash, AtAnyMomentLosesNothingAndDoesNothingTwice) {
  for (const Story& story : kStories) {
    SCOPED_TRACE(story.name);
    const Whole whole = without_accident(story);
    EXPECT_THAT(whole.writes, Not(IsEmpty()));
    for (int moment = 0; moment < whole.moments; ++moment) {
      SCOPED_TRACE(fmt::format("died at moment {} of {}", moment, whole.moments));
      MortalWorld world(moment);
      world.nature = story.nature;
      ASSERT_TRUE(world.live("first", Trigger::urgent, 95));
      world.clock.time += std::chrono::seconds(61);  // its lease is over
      ASSERT_FALSE(world.live("second", Trigger::urgent, 95));

      ASSERT_EQ(world.operations.kept.size(), 1U);
      const Operation& operation = world.operations.kept.front().operation;
      EXPECT_EQ(operation.state, story.state) << operation.speech;
      EXPECT_THAT(RollbackWorld::steps(operation), ElementsAreArray(whole.steps));
      EXPECT_THAT(world.cluster->writes, ElementsAreArray(whole.writes));
      EXPECT_EQ(world.handling(), story.handling);
      EXPECT_THAT(world.announcer.told, Not(IsEmpty()));
      EXPECT_LE(world.announcer.told.size(), 2U) << "rather twice than never";
      EXPECT_TRUE(world.chain_holds());
    }
  }
}

TEST(Crash, TwiceInARowLosesNothingEither) {
  const Story& story = kStories[1];
  const Whole whole = without_accident(story);
  for (int moment = 3; moment < whole.moments; moment += 4) {
    SCOPED_TRACE(moment);
    MortalWorld world(moment);
    world.nature = story.nature;
    ASSERT_TRUE(world.live("first", Trigger::urgent, 95));
    world.clock.time += std::chrono::seconds(61);
    world.fate.at = world.fate.moments + 2;
    (void)world.live("second", Trigger::urgent, 95);
    world.fate.at = -1;
    world.clock.time += std::chrono::seconds(61);
    ASSERT_FALSE(world.live("third", Trigger::urgent, 95));
    const Operation& operation = world.operations.kept.front().operation;
    EXPECT_EQ(operation.state, story.state) << operation.speech;
    EXPECT_THAT(RollbackWorld::steps(operation), ElementsAreArray(whole.steps));
    EXPECT_THAT(world.cluster->writes, ElementsAreArray(whole.writes));
    EXPECT_TRUE(world.chain_holds());
  }
}

}  // namespace
}  // namespace mtc::rollback
