#include "mcp/tool_family.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::mcp {
namespace {

using testing::HasSubstr;

struct Args {
  std::string name;
  int replicas = 0;
  std::string kind;
};

// Answers what it was called with.
Tool echo_tool(std::string name, Fields<Args> fields, std::string scope = "ops.operate",
               ToolHints hints = {}) {
  const std::string called = name;
  return make_tool<Args>(
      {.name = std::move(name),
       .description = "For the test.",
       .hints = hints,
       .scope = std::move(scope),
       .fields = std::move(fields),
       .handler = [called](Args args, CallContext) -> Async<Result<Reply>> {
         co_return Reply{
             .speech = called,
             .data = {{"name", args.name}, {"replicas", args.replicas}, {"kind", args.kind}}};
       }});
}

Tool scale_tool() {
  return echo_tool("scale_workload",
                   {field("name", &Args::name, "Which one"),
                    field("replicas", &Args::replicas, "How many", {.minimum = 0, .maximum = 50})});
}
Tool restart_tool() {
  return echo_tool("restart_workload",
                   {field("name", &Args::name, "Which one"),
                    field("kind", &Args::kind, "What it is",
                          {.required = false, .choices = {"pod", "deployment"}})});
}

ToolFamily change_family() {
  return {.name = "change_workload",
          .title = "Change a workload",
          .description = "Scale or restart.",
          .members = {{.action = "scale", .tool = scale_tool()},
                      {.action = "restart", .tool = restart_tool()}}};
}

Result<Reply> call(const Tool& tool, Json arguments, ParseOptions options = {}) {
  auto outcome = run(tool.call(std::move(arguments), options, {}));
  if (!outcome) return fail(outcome.error());
  return std::get<Reply>(std::move(*outcome));
}

TEST(ToolFamily, ShowsOneToolWithTheArgumentsOfAll) {
  const auto tool = make_tool_family(change_family());
  ASSERT_TRUE(tool) << tool.error().message;
  EXPECT_EQ(tool->name, "change_workload");
  EXPECT_EQ(tool->scope, "ops.operate");
  EXPECT_EQ(tool->input_schema, Json::parse(R"({"type":"object","additionalProperties":false,
    "required":["action","name"],
    "properties":{"action":{"type":"string","enum":["scale","restart"],"description":"Which of them is meant"},
                  "name":{"type":"string","description":"Which one"},
                  "replicas":{"type":"integer","minimum":0,"maximum":50,"description":"scale: How many"},
                  "kind":{"type":"string","enum":["pod","deployment"],"description":"restart: What it is"}}})"));
}

TEST(ToolFamily, CallsTheMemberThatIsMeant) {
  const auto tool = make_tool_family(change_family());
  const auto scaled = call(*tool, {{"action", "scale"}, {"name", "order"}, {"replicas", 3}});
  ASSERT_TRUE(scaled) << scaled.error().message;
  EXPECT_EQ(scaled->speech, "scale_workload");
  EXPECT_EQ(scaled->data["replicas"], 3);
  EXPECT_EQ(call(*tool, {{"action", " Restart"}, {"name", "order"}})->speech, "restart_workload");
}

TEST(ToolFamily, DropsWhatOnlyTheOthersKnowAndRefusesWhatNobodyKnows) {
  const auto tool = make_tool_family(change_family());
  EXPECT_TRUE(call(*tool, {{"action", "restart"}, {"name", "order"}, {"replicas", 3}}));
  const auto unknown = call(*tool, {{"action", "restart"}, {"name", "order"}, {"colour", "red"}},
                            {.unknown_keys = UnknownKeys::refuse});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("colour"));
}

TEST(ToolFamily, SaysWhatIsMissing) {
  const auto tool = make_tool_family(change_family());
  EXPECT_EQ(call(*tool, {{"name", "order"}}).error().message,
            "action: expected one of scale, restart");
  EXPECT_EQ(call(*tool, Json::array()).error().code, Errc::invalid_argument);
  EXPECT_EQ(call(*tool, {{"action", "scale"}, {"name", "order"}}).error().message,
            "replicas: missing");
}

TEST(ToolFamily, AllowsWhatOneOfItsMembersAllows) {
  auto family = change_family();
  family.members[1].tool = echo_tool(
      "other", {field("name", &Args::name, "Which one"),
                field("replicas", &Args::replicas, "How many", {.minimum = 1, .maximum = 80})});
  const auto tool = make_tool_family(family);
  ASSERT_TRUE(tool);
  const Json replicas = tool->input_schema["properties"]["replicas"];
  EXPECT_EQ(replicas["minimum"], 0);
  EXPECT_EQ(replicas["maximum"], 80);
  EXPECT_EQ(replicas["description"], "How many");
}

TEST(ToolFamily, IsAsCarefulAsItsMostDangerousMember) {
  auto family = change_family();
  family.members[0].tool.hints = {.read_only = true, .destructive = false, .idempotent = true};
  family.members[1].tool.hints = {.read_only = false, .destructive = true, .idempotent = true};
  const auto tool = make_tool_family(family);
  EXPECT_FALSE(tool->hints.read_only);
  EXPECT_TRUE(tool->hints.destructive);
  EXPECT_TRUE(tool->hints.idempotent);
}

TEST(ToolFamily, RefusesWhatDoesNotFitTogether) {
  auto family = change_family();
  family.members[1].tool.scope = "ops.read";
  EXPECT_EQ(
      make_tool_family(family).error().message,
      "tool family \"change_workload\": restart_workload needs another scope than the others");
  family = change_family();
  family.members[1].action = "scale";
  EXPECT_FALSE(make_tool_family(family));
  family = change_family();
  family.members[1].tool.input_schema["properties"]["replicas"] = {{"type", "string"}};
  EXPECT_THAT(make_tool_family(family).error().message,
              HasSubstr("\"replicas\" is of another type"));
  family = change_family();
  family.members[1].tool.input_schema["properties"]["action"] = {{"type", "string"}};
  EXPECT_FALSE(make_tool_family(family));
  family.members.clear();
  EXPECT_FALSE(make_tool_family(family));
}

}  // namespace
}  // namespace mtc::mcp
