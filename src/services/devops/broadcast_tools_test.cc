#include "services/devops/broadcast_tools.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "domain/broadcast/memory_store.h"
#include "domain/digest/sample_digests.h"
#include "infra/loop/run.h"
#include "services/common/app_pages.h"
#include "services/common/fake_callers.h"
#include "services/devops/answer_check_for_test.h"

namespace mtc::services {
namespace {

using namespace std::chrono_literals;

struct SampleSource final : broadcast::DigestSource {
  Async<Result<digest::Digest>> collect(identity::User, logs::TimeRange) override {
    co_return digest::sample::repaired_incident();
  }
};

struct ForgetfulStore final : broadcast::MemoryStore {
  bool broken = false;
  Async<Result<std::optional<digest::Digest>>> find_digest(std::string id) override {
    if (broken) co_return fail(Errc::unavailable, "the database is locked");
    co_return co_await MemoryStore::find_digest(std::move(id));
  }
};

class BroadcastToolsTest : public testing::Test {
 protected:
  BroadcastToolsTest() {
    clock.time = digest::sample::at(31, 30);
    callers.add("zhangsan").display_name = "张三";
  }
  static Async<Result<std::string>> link(std::string digest_id) {
    co_return "https://ops.example.com/d/" + digest_id.substr(0, 8);
  }
  mcp::Reply call(const mcp::Tool& tool, Json arguments = Json::object()) {
    auto outcome = run(tool.call(std::move(arguments), {}, called_by("zhangsan")));
    EXPECT_TRUE(outcome) << outcome.error().message;
    auto reply = outcome ? std::get<mcp::Reply>(*outcome) : mcp::Reply{};
    EXPECT_EQ(complaint(tool.output_schema, reply.data), "");
    return reply;
  }

  FakeClock clock;
  SeededRandom random{1};
  ForgetfulStore store;
  SampleSource source;
  FakeCallers callers;
  narration::Narrator narrator{nullptr, {}};
  broadcast::Preparer preparer{{store, source, narrator, nullptr, nullptr, clock, random}, {}};
  broadcast::Greeter greeter{store, preparer, clock};
  BroadcastToolPorts ports{
      .greeter = greeter, .store = store, .callers = callers, .clock = clock, .link = link};
  mcp::Tool greet = greet_tool(ports);
  mcp::Tool repeat = repeat_broadcast_tool(ports);
};

TEST_F(BroadcastToolsTest, TheReportComesWithTheFiguresBehindIt) {
  expect_golden("broadcast_answer.json", call(greet).data);
}

TEST_F(BroadcastToolsTest, ReadersArePointedToAllTheFiguresAndListenersAreNot) {
  const auto told = call(greet);
  ASSERT_EQ(told.links.size(), 1U);
  EXPECT_EQ(told.links[0].uri, "ops://digests/" + string_or(told.data, "digest_id"));
  auto listener = called_by("zhangsan");
  listener.voice = true;
  const auto heard = run(repeat.call(Json::object(), {}, std::move(listener)));
  ASSERT_TRUE(heard);
  EXPECT_TRUE(std::get<mcp::Reply>(*heard).links.empty());
}

TEST_F(BroadcastToolsTest, ASecondGreetingHasNone) {
  call(greet);
  const Json data = call(greet).data;
  EXPECT_EQ(data["kind"], "hello");
  EXPECT_EQ(data["language"], "zh");
  EXPECT_FALSE(data.contains("summary"));
}

TEST_F(BroadcastToolsTest, ARepeatedReportHasThemAgain) {
  const Json told = call(greet).data["summary"];
  EXPECT_EQ(call(repeat).data["summary"], told);
  EXPECT_EQ(call(repeat, {{"date", "2026-11-22"}, {"details", true}}).data["summary"], told);
}

TEST_F(BroadcastToolsTest, TheReportIsToldThoughItsFiguresCannotBeRead) {
  store.broken = true;
  const mcp::Reply reply = call(greet);
  EXPECT_EQ(reply.data["kind"], "broadcast");
  EXPECT_FALSE(reply.data.contains("summary"));
}

TEST_F(BroadcastToolsTest, AreShownOnTheDigestPage) {
  EXPECT_EQ(greet.meta, shown_on(kDigestPage));
  EXPECT_EQ(repeat.meta, shown_on(kDigestPage));
}

}  // namespace
}  // namespace mtc::services
