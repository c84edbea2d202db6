#include "mcp/completion.h"

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

using CompletionTest = RichServer;

TEST_F(CompletionTest, CompletesArgumentsAndTemplates) {
  const auto completed = [&](const Json& ref, const std::string& name, const std::string& typed) {
    return result(
        legacy("completion/complete",
               {{"ref", ref}, {"argument", {{"name", name}, {"value", typed}}}}))["completion"];
  };
  const Json prompt{{"type", "ref/prompt"}, {"name", "greet"}};
  const Json note{{"type", "ref/resource"}, {"uri", "ops://notes/{id}"}};
  EXPECT_EQ(completed(prompt, "name", "2").dump(),
            R"({"hasMore":false,"total":2,"values":["x","x"]})");
  EXPECT_EQ(completed(note, "id", "100")["hasMore"], false);
  const auto many = completed(note, "id", "250");
  EXPECT_EQ(many["values"].size(), 100U);
  EXPECT_EQ(many["total"], 250);
  EXPECT_EQ(many["hasMore"], true);
  EXPECT_EQ(completed(prompt, "style", "x")["values"], Json::array()) << "nothing to complete it";
  const auto with_others =
      result(legacy("completion/complete", {{"ref", prompt},
                                            {"argument", {{"name", "name"}, {"value", ""}}},
                                            {"context", {{"arguments", {{"style", "loud"}}}}}}));
  EXPECT_EQ(with_others["completion"]["values"], Json::array({"loud"}));
}

TEST_F(CompletionTest, CompletionsOfTheUnknownAreRefused) {
  const char* const bad[] = {
      R"({})",
      R"({"ref":{"type":"ref/tool","name":"echo"},"argument":{"name":"a","value":""}})",
      R"({"ref":{"type":"ref/prompt","name":"nobody"},"argument":{"name":"a","value":""}})",
      R"({"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"a","value":""}})",
      R"({"ref":{"type":"ref/resource","uri":"ops://x/{id}"},"argument":{"name":"id","value":""}})",
      R"({"ref":{"type":"ref/resource","uri":"ops://plain"},"argument":{"name":"id","value":""}})",
  };
  for (const auto* params : bad) {
    EXPECT_EQ(code_of(ask(legacy("completion/complete", Json::parse(params)))), rpc::kInvalidParams)
        << params;
  }
}

TEST_F(CompletionTest, TellsNothingOfWhatThePrincipalMayNotUse) {
  const Json refs[] = {{{"type", "ref/prompt"}, {"name", "secret"}},
                       {{"type", "ref/resource"}, {"uri", "ops://vault/{id}"}}};
  const auto completed = [&](const Json& ref) {
    const Json argument{{"name", ref.contains("uri") ? "id" : "name"}, {"value", "2"}};
    return result(legacy("completion/complete",
                         {{"ref", ref}, {"argument", argument}}))["completion"]["values"];
  };
  for (const auto& ref : refs) EXPECT_EQ(completed(ref), Json::array()) << ref;
  peer.principal.scopes = {"ops"};
  for (const auto& ref : refs) EXPECT_EQ(completed(ref).size(), 2U) << ref;
}

}  // namespace
}  // namespace mtc::mcp
