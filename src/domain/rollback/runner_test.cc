#include "domain/rollback/runner.h"

#include "domain/rollback/rollback_world_for_test.h"

namespace mtc::rollback {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunnerTest : public RollbackTest {};

TEST_F(RunnerTest, EndsWithTheFirstStepThatHelps) {
  nature = cured_by_restart;
  const Operation operation = repair();
  EXPECT_EQ(operation.state, OperationState::recovered);
  EXPECT_THAT(steps(operation), ElementsAre("restart:good", "previous_version:waiting"));
  EXPECT_THAT(cluster->writes, SizeIs(1));
  EXPECT_EQ(handling(), alerts::Handling::solved);
  EXPECT_TRUE(chain_holds());
  EXPECT_THAT(log.events(), ElementsAre("planned", "begun", "done", "done"));
  EXPECT_EQ(log.rows[1].entry.action, "restart_workload");
  EXPECT_EQ(log.rows[1].entry.actor, "system");
  EXPECT_EQ(log.rows[1].entry.channel, "automatic");
  EXPECT_EQ(log.rows[1].entry.details["on_behalf_of"], "alice");
  ASSERT_THAT(announcer.told, SizeIs(1));
  EXPECT_FALSE(announcer.told[0].urgent);
  EXPECT_LT(announcer.told[0].priority, 95);
}

TEST_F(RunnerTest, GoesOnToTheNextStepWhenOneDoesNotHelp) {
  nature = cured_by_version;
  const Operation operation = repair();
  EXPECT_EQ(operation.state, OperationState::recovered) << operation.speech;
  EXPECT_THAT(steps(operation), ElementsAre("restart:no_better", "previous_version:good"));
  EXPECT_EQ(image(), "r.example.com/order:1.3");
  EXPECT_FALSE(learned.versions[1].empty());
}

TEST_F(RunnerTest, HandsOverWhenNothingHelpsAndLeavesNothingNeedlesslyChanged) {
  nature = cured_by_nothing;
  const Operation operation = repair();
  EXPECT_EQ(operation.state, OperationState::handed_over);
  EXPECT_THAT(steps(operation), ElementsAre("restart:no_better", "previous_version:undone"));
  EXPECT_EQ(image(), "r.example.com/order:1.4") << "what was changed in vain is taken back";
  EXPECT_EQ(handling(), alerts::Handling::handed_over);
  ASSERT_THAT(announcer.told, SizeIs(1));
  EXPECT_TRUE(announcer.told[0].urgent);
  EXPECT_EQ(announcer.told[0].priority, 95);
  EXPECT_THAT(announcer.told[0].text, HasSubstr("需要你看一下"));
}

TEST_F(RunnerTest, TakesBackWhatMadeItWorseAndGoesOn) {
  nature = worse_by_scaling;
  const Operation operation = repair();
  EXPECT_THAT(steps(operation), Contains("scale_out:undone"));
  EXPECT_EQ(replicas(), 3);
  EXPECT_EQ(operation.state, OperationState::handed_over);
  EXPECT_GE(rows(audit::Event::undone), 1);
}

TEST_F(RunnerTest, ScalesOutWhatIsTooBusy) {
  nature = cured_by_scaling;
  const Operation operation = repair();
  EXPECT_EQ(operation.state, OperationState::recovered);
  EXPECT_THAT(steps(operation), Contains("scale_out:good"));
  EXPECT_EQ(replicas(), 5) << "half as many again";
}

TEST_F(RunnerTest, HandsOverWhereNobodyCanTellWhatCameOfAStep) {
  // Only the error rate shows the trouble, and that cannot be read afterwards.
  nature = [](RollbackWorld& world) {
    return world.was_restarted() ? Nature{.errors = std::nullopt} : Nature{.errors = 0.4};
  };
  const Operation operation = repair();
  EXPECT_EQ(operation.state, OperationState::handed_over);
  EXPECT_THAT(steps(operation), Contains("restart:unclear"));
  EXPECT_THAT(cluster->writes, SizeIs(1)) << "nothing more is touched";
}

TEST_F(RunnerTest, ClosesWhatGotWellByItself) {
  nature = cured_by_nothing;
  auto begun = begin();
  ASSERT_TRUE(begun && *begun);
  nature = [](RollbackWorld&) { return Nature{}; };
  settle();
  const Operation operation = finish(**begun);
  EXPECT_EQ(operation.state, OperationState::recovered);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(RunnerTest, DoesNotTrustAMomentOfBeingWell) {
  nature = cured_by_nothing;
  auto begun = begin();
  ASSERT_TRUE(begun && *begun);
  int looks = 0;
  nature = [&looks](RollbackWorld& world) {  // well for a moment, then crashing again
    return ++looks == 1 ? Nature{} : cured_by_restart(world);
  };
  settle();
  EXPECT_THAT(steps(finish(**begun)), Contains("restart:good"));
}

TEST_F(RunnerTest, LeavesAloneWhatIsWell) {
  errors.now = 0.0;
  auto begun = begin();
  ASSERT_TRUE(begun);
  EXPECT_FALSE(*begun);
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_THAT(log.events(), ElementsAre("planned"));
  EXPECT_EQ(handling(), alerts::Handling::handed_over);
  EXPECT_THAT(announcer.told, SizeIs(1));
}

TEST_F(RunnerTest, DoesNothingThatCannotBeWrittenDown) {
  nature = cured_by_restart;
  auto begun = begin();
  log.broken = true;
  const Operation operation = finish(**begun);
  EXPECT_EQ(operation.state, OperationState::handed_over);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(RunnerTest, LooksAtThePermissionBeforeEachStep) {
  nature = cured_by_version;
  while_waiting = [this] { people.all.front().rollback_permission = false; };
  const Operation operation = repair();
  EXPECT_EQ(operation.state, OperationState::handed_over);
  EXPECT_THAT(steps(operation), ElementsAre("restart:no_better", "previous_version:refused"));
  EXPECT_EQ(rows(audit::Event::refused), 1);
  EXPECT_THAT(announcer.told[0].text, HasSubstr("权限"));
}

TEST_F(RunnerTest, SurvivesAClusterThatIsBusyForAWhile) {
  nature = cured_by_restart;
  auto begun = begin();
  cluster->refuse["patch"] = {.code = Errc::rate_limited, .message = "slow down"};
  int waits = 0;
  while_waiting = [this, &waits] {
    if (++waits == 3) cluster->refuse.clear();
  };
  EXPECT_EQ(finish(**begun).state, OperationState::recovered);
  EXPECT_THAT(cluster->writes, SizeIs(1));
}

TEST_F(RunnerTest, TellsWhoHandedItOverWhenTheClusterStaysAway) {
  nature = cured_by_restart;
  auto begun = begin();
  places.refuses = Error{.code = Errc::unavailable, .message = "no route"};
  const Operation operation = finish(**begun);
  EXPECT_EQ(operation.state, OperationState::handed_over);
  EXPECT_THAT(announcer.told, SizeIs(1));
}

TEST_F(RunnerTest, DoesJustWhatAPersonAskedFor) {
  auto wish = request(Trigger::person, 0);
  wish.incident.clear();
  wish.only = Rung::previous_version;
  settle();
  auto begun = run(runner().begin(wish));
  ASSERT_TRUE(begun) << begun.error().message;
  const Operation operation = finish(**begun);
  EXPECT_EQ(operation.state, OperationState::recovered) << operation.speech;
  EXPECT_THAT(steps(operation), ElementsAre("previous_version:good"));
  EXPECT_EQ(image(), "r.example.com/order:1.3");
  EXPECT_EQ(log.rows[1].entry.actor, "alice");
  EXPECT_EQ(log.rows[1].entry.channel, "xiaozhi");
}

TEST_F(RunnerTest, PutsBackWhatAPersonAskedForWhereItMadeThingsWorse) {
  nature = [](RollbackWorld& world) {
    return world.image().ends_with(":1.3") ? Nature{.sick = 3, .errors = 0.5} : Nature{};
  };
  auto wish = request(Trigger::person, 0);
  wish.incident.clear();
  wish.only = Rung::previous_version;
  settle();
  auto begun = run(runner().begin(wish));
  ASSERT_TRUE(begun) << begun.error().message;
  EXPECT_EQ(finish(**begun).state, OperationState::undone);
  EXPECT_EQ(image(), "r.example.com/order:1.4");
}

TEST_F(RunnerTest, OfTwoForOneIncidentOneActs) {
  nature = cured_by_restart;
  settle();
  Runner here = runner("here");
  Runner there = runner("there");
  const auto a = run(here.begin(request()));
  const auto b = run(there.begin(request()));
  ASSERT_TRUE(a && b);
  EXPECT_TRUE(a->has_value());
  EXPECT_FALSE(b->has_value());
  EXPECT_EQ(run(here.run(**a))->state, OperationState::recovered);
  EXPECT_THAT(cluster->writes, SizeIs(1));
  EXPECT_FALSE(*run(there.begin(request()))) << "also when it is over";
}

TEST_F(RunnerTest, StopsAtOnceWhenSomebodyElseGoesOn) {
  nature = cured_by_nothing;
  auto begun = begin();
  ASSERT_TRUE(begun && *begun);
  int waits = 0;
  while_waiting = [this, &waits] {
    if (++waits != 2) return;
    for (auto& one : operations.kept) {
      one.holder = "another";
      ++one.operation.revision;
    }
  };
  const auto ended = run(runner().run(**begun));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, SizeIs(1)) << "the restart, and nothing after it";
  EXPECT_THAT(announcer.told, IsEmpty());
}

TEST_F(RunnerTest, KeepsItsLeaseWhileItLooks) {
  nature = cured_by_nothing;
  auto begun = begin();
  while_waiting = [this] {
    for (const auto& one : operations.kept) EXPECT_GT(one.until, clock.time);
  };
  EXPECT_EQ(finish(**begun).state, OperationState::handed_over);
}

}  // namespace
}  // namespace mtc::rollback
