#include "domain/rollback/responder.h"

#include "domain/rollback/rollback_world_for_test.h"

namespace mtc::rollback {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ResponderTest : public RollbackTest {
 protected:
  ResponderTest() { alert_rules.urgent_from = 60; }

  // Answers how many were begun; runs them one after the other.
  int respond() {
    settle();
    std::vector<Async<>> works;
    auto begun = run(responder.respond([&](Async<> work) { works.push_back(std::move(work)); }));
    EXPECT_TRUE(begun) << begun.error().message;
    spawned += static_cast<int>(works.size());
    for (auto& work : works) run(std::move(work));
    return begun.value_or(-1);
  }
  const alerts::Alert& kept(const std::string& id) {
    for (const auto& one : alert_store.all()) {
      if (one.id == id) return one;
    }
    throw std::out_of_range(id);
  }

  alerts::AlertRules alert_rules;
  int spawned = 0;
  Runner own_runner = runner();
  Responder responder{{.alerts = alert_store,
                       .learned = learned,
                       .people = people,
                       .places = places,
                       .observer = observer,
                       .runner = own_runner,
                       .announcer = announcer,
                       .log = log,
                       .clock = clock},
                      [this] { return alert_rules; },
                      [this] { return rules; }};
};

TEST_F(ResponderTest, ScoresByWhatIsSeen) {
  nature = cured_by_nothing;
  settle();
  const auto sick = run(responder.assess(alert()));
  ASSERT_TRUE(sick);
  ASSERT_TRUE(sick->score);
  EXPECT_EQ(kept("a1").score, sick->score);
  EXPECT_EQ(kept("a1").scoring, sick->scoring);
  nature = [](RollbackWorld&) { return Nature{}; };
  settle();
  EXPECT_LT(*run(responder.assess(alert()))->score, *sick->score);
}

TEST_F(ResponderTest, ActsOnUrgentOnesAtOnce) {
  nature = cured_by_restart;
  EXPECT_EQ(respond(), 1);
  EXPECT_EQ(handling(), alerts::Handling::solved);
  EXPECT_THAT(cluster->writes, SizeIs(1));
  EXPECT_EQ(respond(), 0) << "and only once";
}

TEST_F(ResponderTest, LeavesTheOthersForTheNight) {
  alert_rules.urgent_from = 99.5;
  nature = cured_by_restart;
  EXPECT_EQ(respond(), 0);
  EXPECT_TRUE(kept("a1").score);
  EXPECT_EQ(handling(), alerts::Handling::none);
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_EQ(*run(responder.work_through(1)), 1);
  EXPECT_EQ(handling(), alerts::Handling::solved);
}

TEST_F(ResponderTest, OneIncidentIsLookedIntoOnceHoweverManyAlertsItRaised) {
  for (int i = 2; i < 50; ++i) (void)alert_store.put(alert("a" + std::to_string(i)));
  nature = cured_by_restart;
  EXPECT_EQ(respond(), 1);
  EXPECT_EQ(kept("a49").score, kept("a1").score);
  EXPECT_EQ(handling("a49"), alerts::Handling::solved);
  EXPECT_THAT(announcer.told, SizeIs(1));
}

TEST_F(ResponderTest, QuietOnesAreNotTouched) {
  auto quiet = alert();
  quiet.handling = alerts::Handling::quiet;
  (void)alert_store.put(quiet);
  nature = cured_by_restart;
  EXPECT_EQ(respond(), 0);
  EXPECT_EQ(*run(responder.work_through(1)), 0);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ResponderTest, FindsTheWorkloadOfAPodAndOfANode) {
  nature = cured_by_restart;
  auto of_pod = alert();
  of_pod.subject.kind = of_pod.subject.name = "";
  of_pod.subject.pod = "order-7d9f4c5b6-x2k4q";
  (void)alert_store.put(of_pod);
  EXPECT_EQ(respond(), 1);
  auto of_node = alert("a2", "i2");
  of_node.subject.kind = of_node.subject.name = of_node.subject.ns = "";
  of_node.subject.node = "10.0.0.1";
  (void)alert_store.put(of_node);
  nature = cured_by_nothing;
  clock.time += std::chrono::hours(2);
  EXPECT_EQ(respond(), 1);
  EXPECT_EQ(operations.kept.back().operation.target.object.name, "order");
}

TEST_F(ResponderTest, HandsOverWhatLeadsToNoWorkload) {
  alert_rules.urgent_from = 10;
  auto disk = alert();
  disk.subject = {.instance = "cdb-1", .text = "cdb-1"};
  (void)alert_store.put(disk);
  EXPECT_EQ(respond(), 0);
  EXPECT_TRUE(kept("a1").score) << "by what is known";
  EXPECT_EQ(handling(), alerts::Handling::handed_over);
  ASSERT_THAT(announcer.told, SizeIs(1));
  EXPECT_THAT(announcer.told[0].text, HasSubstr("找不到对应的服务"));
  EXPECT_EQ(rows(audit::Event::refused), 1);
}

TEST_F(ResponderTest, HandsOverWhereNobodyMay) {
  people.all.front().rollback_permission = false;
  nature = cured_by_restart;
  EXPECT_EQ(respond(), 0);
  EXPECT_EQ(handling(), alerts::Handling::handed_over);
  EXPECT_THAT(announcer.told[0].text, HasSubstr("没有人有回滚权限"));
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ResponderTest, ChoosesTheFirstWhoMay) {
  people.all.insert(people.all.begin(), {.id = 9, .username = "bob"});
  nature = cured_by_restart;
  EXPECT_EQ(respond(), 1);
  EXPECT_EQ(operations.kept.back().operation.user, 1);
}

TEST_F(ResponderTest, HandlesOneOnAPersonsWord) {
  nature = cured_by_restart;
  settle();
  const identity::Principal who{.user = people.all.front(),
                                .assurance = identity::Assurance::voice};
  auto begun = run(responder.handle(alert(), who, "xiaozhi"));
  ASSERT_TRUE(begun) << begun.error().message;
  ASSERT_TRUE(*begun);
  EXPECT_EQ((*begun)->trigger, Trigger::person);
  EXPECT_EQ((*begun)->channel, "xiaozhi");
  EXPECT_EQ(finish(**begun).state, OperationState::recovered);
  EXPECT_THAT(announcer.told, IsEmpty()) << "who asked hears it anyway";
  auto disk = alert();
  disk.subject = {.instance = "cdb-1"};
  EXPECT_EQ(run(responder.handle(disk, who, "xiaozhi")).error().code, Errc::invalid_argument);
}

TEST_F(ResponderTest, ARunThatCannotReachTheClusterIsTriedAgain) {
  nature = cured_by_restart;
  places.refuses = Error{.code = Errc::unavailable, .message = "no route"};
  settle();
  auto begun = run(responder.respond([](Async<>) {}));
  EXPECT_EQ(handling(), alerts::Handling::none) << "its alert has just come";
  places.refuses.reset();
  EXPECT_EQ(respond(), 1);
  EXPECT_EQ(handling(), alerts::Handling::solved);
}

}  // namespace
}  // namespace mtc::rollback
