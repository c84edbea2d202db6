#include "mcp/task_methods.h"

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

const Json kTasks{{"extensions", {{"io.modelcontextprotocol/tasks", Json::object()}}}};

Async<Reply> tell_begun(Task task, CallContext context) {
  co_return Reply{.speech = "begun " + task.id + (context.voice ? " aloud" : "")};
}

class TaskMethodsTest : public RichServer {
 protected:
  Json with_tasks(std::string_view method, const Json& params) {
    return ask(modern(method, params, kTasks));
  }
  Json begin() { return with_tasks("tools/call", call("count"))["result"]; }
  std::string text_of(const Json& result) { return result["content"][0]["text"]; }
  // As "count", for who holds the scope "ops".
  void add_scoped_tool() {
    auto tool = dialogue_tool("count_secrets", work_long, TaskUse::optional);
    tool.scope = "ops";
    ASSERT_TRUE(world.tools.add(std::move(tool)));
  }
  void say_started() { world.options.say_started = tell_begun; }
};

TEST_F(TaskMethodsTest, LongWorkBecomesATask) {
  const auto begun = begin();
  EXPECT_EQ(begun["resultType"], "task");
  EXPECT_EQ(begun["taskId"], "task-1");
  EXPECT_EQ(begun["status"], "working");
  EXPECT_EQ(begun["statusMessage"], "Counting");
  EXPECT_EQ(begun["ttlMs"], 60'000);
  EXPECT_EQ(begun["pollIntervalMs"], 500);
  for (const auto* member : {"task", "result", "error", "inputRequests", "requestState", "content",
                             "ttl", "pollInterval"}) {
    EXPECT_FALSE(begun.contains(member)) << member;
  }
  ASSERT_EQ(world.tasks.started.size(), 1U);
  const auto& started = world.tasks.started[0];
  EXPECT_EQ(started.tool, "count");
  EXPECT_EQ(started.context.state, Json::parse(R"({"from":7})"));
  EXPECT_EQ(started.context.principal.subject, "me");
  EXPECT_EQ(started.context.link, nullptr) << "nobody listens any more";
}

TEST_F(TaskMethodsTest, QuickToolsAndOldHintsMakeNone) {
  auto params = call("says");
  params["task"] = {{"ttl", 1000}};
  EXPECT_EQ(with_tasks("tools/call", params)["result"]["resultType"], "complete");
  EXPECT_TRUE(world.tasks.started.empty());
}

TEST_F(TaskMethodsTest, WhoDidNotDeclareThemWaitsForTheWork) {
  EXPECT_EQ(text_of(result(modern("tools/call", call("count")))), "counted from 7");
  EXPECT_EQ(text_of(result(legacy("tools/call", call("count")))), "counted from 7");
  open("2025-11-25", kTasks);
  EXPECT_EQ(text_of(result(legacy("tools/call", call("count")))), "counted from 7")
      << "no such extension before 2026-07-28";
  EXPECT_TRUE(world.tasks.started.empty());
}

TEST_F(TaskMethodsTest, WithoutTasksEverybodyWaits) {
  world.parts.tasks = nullptr;
  const auto got = with_tasks("tools/call", call("count"))["result"];
  EXPECT_EQ(got["resultType"], "complete");
  EXPECT_EQ(text_of(got), "counted from 7");
  EXPECT_EQ(text_of(result(modern("tools/call", call("count_well")))), "counted from 7")
      << "there is no extension to declare";
}

TEST_F(TaskMethodsTest, RequiredOnesAreRefusedWithoutTheExtension) {
  const auto refused = answer_to(modern("tools/call", call("count_well")));
  EXPECT_EQ(refused.http_status, 400);
  EXPECT_EQ(code_of(Json::parse(refused.body)), rpc::kMissingCapability);
  EXPECT_EQ(Json::parse(refused.body)["error"]["data"]["requiredCapabilities"], kTasks);
  EXPECT_EQ(with_tasks("tools/call", call("count_well"))["result"]["resultType"], "task");
}

TEST_F(TaskMethodsTest, TaskThatCannotBeginIsAToolError) {
  world.tasks.full = true;
  const auto refused = begin();
  EXPECT_EQ(refused["resultType"], "complete");
  EXPECT_EQ(refused["isError"], true);
  EXPECT_NE(text_of(refused).find("Too many tasks"), std::string::npos);
}

TEST_F(TaskMethodsTest, OthersAreToldThatItHasBegun) {
  say_started();
  EXPECT_EQ(text_of(result(modern("tools/call", call("count")))), "begun task-1");
  EXPECT_EQ(text_of(result(legacy("tools/call", call("count_well")))), "begun task-2");
  peer.voice = true;
  EXPECT_EQ(text_of(result(legacy("tools/call", call("count")))), "begun task-3 aloud");
  EXPECT_EQ(world.tasks.waited,
            (std::vector<Millis>{world.options.task_patience, world.options.task_patience,
                                 world.options.voice_task_patience}));
}

TEST_F(TaskMethodsTest, QuickWorkIsAnsweredAsIfThereWereNoTask) {
  say_started();
  world.tasks.while_waiting = [](Task& task) {
    task.status = TaskStatus::completed;
    task.result = {{"content", {{{"type", "text"}, {"text", "all done"}}}},
                   {"structuredContent", {{"n", 3}}}};
  };
  const auto done = result(modern("tools/call", call("count")));
  EXPECT_EQ(text_of(done), "all done");
  EXPECT_EQ(done["structuredContent"]["n"], 3);
  EXPECT_FALSE(done.contains("isError"));
  world.tasks.while_waiting = [](Task& task) {
    task.status = TaskStatus::failed;
    task.error = {{"code", -32603}, {"message", "It broke"}};
  };
  EXPECT_EQ(result(modern("tools/call", call("count")))["isError"], true);
  world.tasks.while_waiting = [](Task& task) { task.status = TaskStatus::cancelled; };
  EXPECT_EQ(result(modern("tools/call", call("count")))["isError"], true);
  world.tasks.while_waiting = [](Task& task) { task.status = TaskStatus::input_required; };
  EXPECT_EQ(text_of(result(modern("tools/call", call("count")))), "begun task-4");
}

TEST_F(TaskMethodsTest, QuickWorkIsAnsweredAsTheRevisionHasIt) {
  say_started();
  world.tasks.while_waiting = [](Task& task) {
    task.status = TaskStatus::completed;
    task.result = Json::parse(R"({"content":[{"type":"text","text":"done"},
        {"type":"audio","mimeType":"audio/wav","data":"V0FW"},
        {"type":"resource_link","uri":"ops://a","name":"a"}],"structuredContent":[1]})");
  };
  EXPECT_EQ(result(modern("tools/call", call("count")))["structuredContent"], Json({1}));
  open("2024-11-05");
  EXPECT_EQ(result(legacy("tools/call", call("count"))),
            Json::parse(R"({"content":[{"type":"text","text":"done"},{"type":"text","text":"[1]"},
                                       {"type":"text","text":"a: ops://a"}]})"));
  peer.render = [](const Result<Reply>& reply) { return Json{{"said", reply->speech}}; };
  EXPECT_EQ(result(legacy("tools/call", call("count"))), Json({{"said", "done"}}));
}

TEST_F(TaskMethodsTest, GetShowsTheWholeTask) {
  const Json id{{"taskId", begin()["taskId"]}};
  auto& task = world.tasks.all["task-1"];
  EXPECT_EQ(with_tasks("tasks/get", id)["result"]["resultType"], "complete");
  EXPECT_EQ(with_tasks("tasks/get", id)["result"]["status"], "working");
  task.status = TaskStatus::input_required;
  task.asked = {{"q", {{"method", "elicitation/create"}, {"params", Json::object()}}}};
  EXPECT_EQ(with_tasks("tasks/get", id)["result"]["inputRequests"].size(), 1U);
  task.status = TaskStatus::completed;
  task.result = {{"content", Json::array()}};
  const auto done = with_tasks("tasks/get", id)["result"];
  EXPECT_EQ(done["result"], task.result);
  EXPECT_FALSE(done.contains("inputRequests") || done.contains("error"));
  task.status = TaskStatus::failed;
  task.error = {{"code", -32603}, {"message", "x"}};
  EXPECT_EQ(with_tasks("tasks/get", id)["result"]["error"], task.error);
}

TEST_F(TaskMethodsTest, UpdateBringsAnswers) {
  const auto id = begin()["taskId"];
  const auto update = [&](const Json& answers) {
    return with_tasks("tasks/update", {{"taskId", id}, {"inputResponses", answers}});
  };
  const auto done = update({{"q", accept("Ada")}});
  EXPECT_EQ(done["result"]["resultType"], "complete");
  EXPECT_EQ(world.tasks.answered, (Answers{{"q", accept("Ada")}}));
  world.tasks.answered.clear();
  for (const auto* bad : {"7", "[]", R"({"q":7})", R"({"q":null})"}) {
    EXPECT_EQ(code_of(update(Json::parse(bad))), rpc::kInvalidParams) << bad;
  }
  EXPECT_TRUE(world.tasks.answered.empty());
}

TEST_F(TaskMethodsTest, CancelMayComeTwice) {
  const Json id{{"taskId", begin()["taskId"]}};
  for (int i = 0; i < 2; ++i) {
    const auto done = with_tasks("tasks/cancel", id)["result"];
    EXPECT_EQ(done["resultType"], "complete");
    EXPECT_FALSE(done.contains("status"));
  }
  EXPECT_EQ(with_tasks("tasks/get", id)["result"]["status"], "cancelled");
}

TEST_F(TaskMethodsTest, WhoMayNotUseTheToolMayNotUseItsTasks) {
  add_scoped_tool();
  peer.principal.scopes = {"ops"};
  ASSERT_EQ(with_tasks("tools/call", call("count_secrets"))["result"]["taskId"], "task-1");
  const Json params{{"taskId", "task-1"}, {"inputResponses", {{"q", accept("Ada")}}}};
  peer.principal.scopes = {"read"};  // another token of the same subject
  for (const auto* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    SCOPED_TRACE(method);
    auto refused = answer_to(modern(method, params, kTasks));
    EXPECT_EQ(refused.missing_scope, "ops");
    const auto error = Json::parse(std::move(refused).text());
    EXPECT_EQ(code_of(error), rpc::kInvalidParams);
    EXPECT_EQ(error["error"]["message"], "count_secrets needs the permission \"ops\"");
  }
  EXPECT_TRUE(world.tasks.answered.empty());
  EXPECT_EQ(world.tasks.all["task-1"].status, TaskStatus::working);
  peer.principal.scopes = {"ops"};
  for (const auto* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    EXPECT_TRUE(with_tasks(method, params).contains("result")) << method;
  }
}

TEST_F(TaskMethodsTest, OfAToolThatIsGoneNobodyMaySeeTheTask) {
  begin();
  world.tasks.all["task-1"].tool = "gone";
  for (const auto* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    SCOPED_TRACE(method);
    const auto error =
        with_tasks(method, {{"taskId", "task-1"}, {"inputResponses", Json::object()}});
    EXPECT_EQ(code_of(error), rpc::kInvalidParams);
    EXPECT_EQ(error["error"]["message"], "There is no such task (any more)");
  }
  EXPECT_EQ(world.tasks.all["task-1"].status, TaskStatus::working);
}

TEST_F(TaskMethodsTest, NeedTheExtensionAndAKnownId) {
  begin();
  for (const auto* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    SCOPED_TRACE(method);
    const Json known{{"taskId", "task-1"}, {"inputResponses", Json::object()}};
    const auto undeclared = answer_to(modern(method, known));
    EXPECT_EQ(undeclared.http_status, 400);
    EXPECT_EQ(code_of(Json::parse(undeclared.body)), rpc::kMissingCapability);
    EXPECT_EQ(code_of(with_tasks(method, {{"taskId", "task-9"}})), rpc::kInvalidParams);
    EXPECT_EQ(code_of(with_tasks(method, {{"taskId", 1}})), rpc::kInvalidParams);
    EXPECT_EQ(code_of(with_tasks(method, Json::object())), rpc::kInvalidParams);
    peer.principal.subject = "you";
    EXPECT_EQ(code_of(with_tasks(method, known)), rpc::kInvalidParams) << "somebody else's";
    peer.principal.subject = "me";
    EXPECT_EQ(code_of(ask(legacy(method, known))), rpc::kMethodNotFound);
  }
}

}  // namespace
}  // namespace mtc::mcp
