#include "adapters/xiaozhi/tool_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/xiaozhi/rendering.h"

namespace mtc::xiaozhi {
namespace {

using testing::HasSubstr;

Json object_with(Json properties) {
  return Json{{"type", "object"}, {"properties", std::move(properties)}};
}

Async<Result<mcp::Outcome>> nothing(Json, ParseOptions, mcp::CallContext) {
  co_return mcp::Reply{.speech = "ok"};
}
mcp::Tool tool_named(std::string name, std::string description = "Do it.") {
  return {.name = std::move(name),
          .title = "T",
          .description = std::move(description),
          .hints = {},
          .scope = {},
          .input_schema = object_with(Json::object()),
          .output_schema = nullptr,
          .call = nothing};
}

TEST(XiaozhiToolRules, NamesThatTheVoiceServerWouldRewriteOrReplace) {
  for (const char* name : {"greet", "search_logs", "a", "t2_x"})
    EXPECT_TRUE(check_tool_name(name)) << name;
  for (const char* name :
       {"", "Greet", "2nd", "_x", "a.b", "a-b", "查日志", "a b", "get_weather", "play_music",
        "get_time", "web_search", "handle_exit_intent", "change_role", "call_device",
        "direct_answer", "continue_chat", "result_for_context", "self_remote_wakeup"}) {
    EXPECT_FALSE(check_tool_name(name)) << name;
  }
  EXPECT_TRUE(check_tool_name(std::string(64, 'a')));
  EXPECT_FALSE(check_tool_name(std::string(65, 'a')));
}

TEST(XiaozhiToolRules, SchemasMustBeWrittenOut) {
  const Json text{{"type", "string"}, {"description", "d"}};
  EXPECT_TRUE(check_tool_schema(object_with(Json{{"a", text}})));
  EXPECT_TRUE(check_tool_schema(object_with(Json{{"not", text}, {"if", text}, {"$ref", text}})));
  EXPECT_TRUE(check_tool_schema(Json{{"type", "object"}, {"additionalProperties", false}}));
  Json choices = text;
  choices["enum"] = Json::array({"$ref"});
  EXPECT_TRUE(check_tool_schema(object_with(Json{{"a", choices}})));

  Json with_definitions = object_with(Json{{"a", text}});
  with_definitions["$defs"] = Json{{"x", text}};
  const Json nested{{"type", "object"},
                    {"description", "d"},
                    {"properties", Json{{"b", Json{{"$ref", "#/$defs/x"}}}}}};
  const struct {
    Json schema;
    const char* message;
  } cases[] = {
      {Json::array(), "object"},
      {Json{{"type", "string"}}, "object"},
      {with_definitions, "$defs"},
      {object_with(Json{{"a", Json{{"$ref", "#/x"}}}}), "$ref"},
      {object_with(Json{{"a", nested}}), "arguments.a.b uses $ref"},
      {object_with(Json{
           {"a", Json{{"type", "array"}, {"description", "d"}, {"items", Json{{"$ref", "#"}}}}}}),
       "$ref"},
      {object_with(Json{{"a", Json{{"oneOf", Json::array({text})}, {"description", "d"}}}}),
       "oneOf"},
      {object_with(Json{{"a", Json{{"description", "d"}}}}), "no type"},
      {object_with(Json{{"a", Json{{"type", "string"}}}}), "no description"},
      {object_with(Json{{"a", true}}), "no type"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.schema.dump());
    const auto ok = check_tool_schema(c.schema);
    ASSERT_FALSE(ok);
    EXPECT_THAT(ok.error().message, HasSubstr(c.message));
  }
}

TEST(XiaozhiToolRules, TheWholeListIsBounded) {
  FakeClock clock;
  Remainders remainders(clock);
  mcp::ToolRegistry tools;
  ASSERT_TRUE(tools.add(read_on_tool(remainders, Language::zh)));
  EXPECT_TRUE(check_tools(tools));
  ASSERT_TRUE(tools.add(tool_named("wordy", std::string(900, 'x'))));
  EXPECT_TRUE(check_tools(tools));
  const auto list = check_tools(tools, {.max_list_bytes = 1000});
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().message, HasSubstr("1000"));
  EXPECT_FALSE(check_tools(tools, {.max_tools = 1}));
  EXPECT_FALSE(check_tools(tools, {.max_description_bytes = 899}));
  ASSERT_TRUE(tools.add(tool_named("get_time")));
  const auto taken = check_tools(tools);
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message, HasSubstr("get_time"));
}

}  // namespace
}  // namespace mtc::xiaozhi
