#include "mcp/prompt_registry.h"

#include <gtest/gtest.h>

#include "mcp/testing/rich_world.h"

namespace mtc::mcp {
namespace {

Prompt good() {
  return {.name = "greet",
          .title = "Greet",
          .description = "Greets.",
          .arguments = {{.name = "name", .description = "Whom", .required = true}},
          .get = greet};
}

TEST(PromptRegistry, RefusesWhatClientsCouldNotUse) {
  const struct {
    std::function<void(Prompt&)> spoil;
    const char* why;
  } cases[] = {
      {[](Prompt& p) { p.name = ""; }, "the name must be"},
      {[](Prompt& p) { p.name = "Greet"; }, "the name must be"},
      {[](Prompt& p) { p.name = "1greet"; }, "the name must be"},
      {[](Prompt& p) { p.name = "greet-all"; }, "the name must be"},
      {[](Prompt& p) { p.name = std::string(65, 'a'); }, "the name must be"},
      {[](Prompt& p) { p.description = " \n"; }, "description is empty"},
      {[](Prompt& p) { p.get = nullptr; }, "no handler"},
      {[](Prompt& p) { p.arguments[0].name = ""; }, "name of its own"},
      {[](Prompt& p) { p.arguments.push_back(p.arguments[0]); }, "name of its own"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    auto prompt = good();
    c.spoil(prompt);
    PromptRegistry registry;
    const auto added = registry.add(prompt);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::invalid_argument);
    EXPECT_NE(added.error().message.find(c.why), std::string::npos) << added.error().message;
    EXPECT_TRUE(registry.empty());
  }
}

TEST(PromptRegistry, NameIsTakenOnce) {
  PromptRegistry registry;
  EXPECT_TRUE(registry.add(good()));
  EXPECT_FALSE(registry.add(good()));
  EXPECT_NE(registry.find("greet"), nullptr);
  EXPECT_EQ(registry.find("gree"), nullptr);
  EXPECT_FALSE(registry.has_completers());
}

TEST(PromptRegistry, TitlesAreForThoseWhoKnowThem) {
  for (const auto revision : kRevisions) {
    const auto shown = describe_prompt(good(), revision);
    EXPECT_EQ(shown.contains("title"), revision >= Revision::v2025_06_18);
    EXPECT_EQ(shown["arguments"],
              Json::parse(R"([{"name":"name","description":"Whom","required":true}])"));
  }
  auto bare = good();
  bare.arguments.clear();
  EXPECT_FALSE(describe_prompt(bare, kModern).contains("arguments"));
}

}  // namespace
}  // namespace mtc::mcp
