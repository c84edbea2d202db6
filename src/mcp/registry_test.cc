#include "mcp/registry.h"

#include <gtest/gtest.h>

#include "mcp/testing/test_tools.h"

namespace mtc::mcp {
namespace {

Tool with_schema(Json schema) {
  auto tool = echo_tool();
  tool.input_schema = std::move(schema);
  return tool;
}

TEST(ToolRegistry, KeepsTheOrderAndFindsByName) {
  World world;
  EXPECT_EQ(world.tools.all().front().name, "echo");
  EXPECT_EQ(world.tools.all().back().name, "secret");
  ASSERT_NE(world.tools.find("slow"), nullptr);
  EXPECT_EQ(world.tools.find("slow")->name, "slow");
  EXPECT_EQ(world.tools.find("Slow"), nullptr);
}

TEST(ToolRegistry, RefusesWhatClientsWouldStumbleOver) {
  const auto named = [](std::string name) {
    auto tool = echo_tool();
    tool.name = std::move(name);
    return tool;
  };
  const auto header_on = [](Json property) {
    return with_schema({{"type", "object"}, {"properties", {{"a", std::move(property)}}}});
  };
  auto silent = echo_tool();
  silent.description = " ";
  auto deaf = echo_tool();
  deaf.call = nullptr;
  auto list_out = echo_tool();
  list_out.output_schema = {{"type", "array"}};
  const struct {
    const char* name;
    Tool tool;
    const char* error;
  } cases[] = {
      {"no name", named(""), "the name must be"},
      {"upper case", named("Echo"), "the name must be"},
      {"dot", named("logs.tail"), "the name must be"},
      {"digit first", named("1st"), "the name must be"},
      {"too long", named(std::string(65, 'a')), "the name must be"},
      {"no description", silent, "the description is empty"},
      {"no handler", deaf, "there is no handler"},
      {"array schema", with_schema({{"type", "array"}}), "input schema"},
      {"no schema", with_schema(nullptr), "input schema"},
      {"array output", list_out, "output schema"},
      {"header with a space", header_on({{"type", "string"}, {"x-mcp-header", "a b"}}),
       "header token"},
      {"header on a number", header_on({{"type", "number"}, {"x-mcp-header", "A"}}),
       "string, an integer"},
      {"header inside a list",
       header_on({{"type", "array"}, {"items", {{"type", "string"}, {"x-mcp-header", "A"}}}}),
       "through properties alone"},
      {"header at the root", with_schema({{"type", "object"}, {"x-mcp-header", "A"}}),
       "through properties alone"},
      {"header twice",
       with_schema({{"type", "object"},
                    {"properties",
                     {{"a", {{"type", "string"}, {"x-mcp-header", "Name"}}},
                      {"b", {{"type", "string"}, {"x-mcp-header", "name"}}}}}}),
       "unique"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ToolRegistry tools;
    const auto added = tools.add(c.tool);
    ASSERT_FALSE(added);
    EXPECT_NE(added.error().message.find(c.error), std::string::npos) << added.error().message;
    EXPECT_TRUE(tools.all().empty());
    EXPECT_EQ(*tools.catalogue(kModern), "[]");
  }
}

TEST(ToolRegistry, RefusesANameThatIsTaken) {
  ToolRegistry tools;
  ASSERT_TRUE(tools.add(echo_tool()));
  const auto again = tools.add(echo_tool());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "tool \"echo\": there is one of that name already");
}

TEST(ToolRegistry, CatalogueHoldsWhatTheRevisionKnows) {
  ToolRegistry tools;
  ASSERT_TRUE(tools.add(echo_tool()));
  const auto entry = [&](Revision revision) {
    return Json::parse(*tools.catalogue(revision)).at(0);
  };
  const auto keys = [](const Json& object) {
    std::string out;
    for (const auto& [key, value] : object.items()) out += key + " ";
    return out;
  };
  EXPECT_EQ(keys(entry(Revision::v2024_11_05)), "description inputSchema name ");
  EXPECT_EQ(keys(entry(Revision::v2025_03_26)), "annotations description inputSchema name ");
  EXPECT_EQ(entry(Revision::v2025_03_26)["annotations"]["title"], "Echo");
  for (const auto revision :
       {Revision::v2025_06_18, Revision::v2025_11_25, Revision::v2026_07_28}) {
    EXPECT_EQ(keys(entry(revision)),
              "annotations description inputSchema name outputSchema title ");
    EXPECT_EQ(
        entry(revision)["annotations"],
        Json::parse(
            R"({"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false})"));
  }
}

TEST(ToolRegistry, PromisesNoOutputWhereAHandOverMayComeInstead) {
  for (const auto task : {TaskUse::optional, TaskUse::required}) {
    auto tool = echo_tool();
    tool.task = task;
    for (const auto revision : kRevisions) {
      EXPECT_FALSE(describe_tool(tool, revision).contains("outputSchema")) << text_of(revision);
    }
  }
}

TEST(ToolRegistry, ReturnsSchemasUnchanged) {
  const auto schema =
      Json::parse(R"({"type":"object","$schema":"https://json-schema.org/draft/2020-12/schema",
      "$defs":{"a":{"$anchor":"x","type":"object"}},"properties":{"a":{"$ref":"#/$defs/a"}},
      "allOf":[{"anyOf":[{"required":["a"]}]}],"if":{},"then":{},"else":{},"additionalProperties":false})");
  ToolRegistry tools;
  ASSERT_TRUE(tools.add(with_schema(schema)));
  EXPECT_EQ(Json::parse(*tools.catalogue(kModern)).at(0)["inputSchema"], schema);
}

TEST(ToolRegistry, KnowsWhichArgumentsAreRepeatedInHeaders) {
  ToolRegistry tools;
  ASSERT_TRUE(tools.add(with_schema(Json::parse(R"({"type":"object","properties":{
      "cluster":{"type":"string","x-mcp-header":"Cluster"},
      "x-mcp-header":{"type":"string"},
      "at":{"type":"object","properties":{"line":{"type":"integer","x-mcp-header":"Line"}}}}})"))));
  const auto& params = tools.header_params("echo");
  ASSERT_EQ(params.size(), 2U);
  EXPECT_EQ(params[0].header, "Mcp-Param-Line");
  EXPECT_EQ(params[0].path, (std::vector<std::string>{"at", "line"}));
  EXPECT_EQ(params[1].header, "Mcp-Param-Cluster");
  EXPECT_TRUE(tools.header_params("other").empty());
}

}  // namespace
}  // namespace mtc::mcp
