#include "mcp/prompt_methods.h"

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

using PromptMethodsTest = RichServer;

TEST_F(PromptMethodsTest, HasTextsPicturesAndResources) {
  const auto got =
      result(legacy("prompts/get", {{"name", "greet"}, {"arguments", {{"name", "Ada"}}}}));
  EXPECT_EQ(got["description"], "A greeting");
  EXPECT_EQ(
      got["messages"].dump(),
      R"([{"content":{"text":"Greet Ada","type":"text"},"role":"user"},)"
      R"({"content":{"resource":{"mimeType":"text/plain","text":"plain","uri":"ops://plain"},"type":"resource"},"role":"assistant"},)"
      R"({"content":{"data":"UE5H","mimeType":"image/png","type":"image"},"role":"user"}])");
}

TEST_F(PromptMethodsTest, NeedsItsArguments) {
  const char* const bad[] = {
      R"({})",
      R"({"name":7})",
      R"({"name":"nobody"})",
      R"({"name":"greet"})",
      R"({"name":"greet","arguments":{"name":7}})",
      R"({"name":"greet","arguments":["Ada"]})",
      R"({"name":"greet","arguments":{"name":"nobody"}})",
  };
  for (const auto* params : bad) {
    const auto answer = ask(legacy("prompts/get", Json::parse(params)));
    EXPECT_EQ(code_of(answer), rpc::kInvalidParams) << params;
  }
  EXPECT_TRUE(
      ask(legacy("prompts/get", {{"name", "greet"}})).dump().contains("the argument \\\"name"));
}

TEST_F(PromptMethodsTest, ScopeIsNeeded) {
  const auto refused = answer_to(modern("prompts/get", {{"name", "secret"}}));
  EXPECT_EQ(refused.missing_scope, "ops");
  EXPECT_NE(code_of(Json::parse(refused.body)), 0);
  peer.principal.scopes = {"ops"};
  EXPECT_TRUE(result(modern("prompts/get", {{"name", "secret"}})).contains("messages"));
}

}  // namespace
}  // namespace mtc::mcp
