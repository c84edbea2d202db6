#include "mcp/reading.h"

#include <set>

#include "mcp/rich_server.h"

namespace mtc::mcp {
namespace {

class ReadingTest : public RichServer {
 protected:
  // What all pages of a list have, one after another.
  std::vector<std::string> all_of(const std::string& method, const std::string& name,
                                  const std::string& key) {
    std::vector<std::string> out;
    std::set<std::string> scopes;
    Json params = Json::object();
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = result(modern(method, params));
      EXPECT_LE(page[name].size(), world.options.page_size);
      scopes.insert(string_or(page, "cacheScope"));
      for (const auto& entry : page[name]) out.push_back(entry[key]);
      if (!page.contains("nextCursor")) break;
      params["cursor"] = page["nextCursor"];
    }
    EXPECT_EQ(scopes.size(), 1U) << "one scope for all pages";
    return out;
  }
  std::string failure_of(const Json& answer) {
    return string_or(object_or_empty(answer, "error"), "message");
  }
};

TEST_F(ReadingTest, ListsWhatThePrincipalMayRead) {
  EXPECT_EQ(
      all_of("resources/list", "resources", "uri"),
      (std::vector<std::string>{"ops://plain", "ops://logo", "ops://notes/1", "ops://notes/2"}));
  EXPECT_EQ(all_of("resources/templates/list", "resourceTemplates", "uriTemplate"),
            std::vector<std::string>{"ops://notes/{id}"});
  EXPECT_EQ(all_of("prompts/list", "prompts", "name"),
            (std::vector<std::string>{"greet", "ask", "insist"}));
  peer.principal.scopes = {"ops"};
  EXPECT_EQ(all_of("resources/list", "resources", "uri").size(), 5U);
  EXPECT_EQ(all_of("prompts/list", "prompts", "name").size(), 4U);
}

TEST_F(ReadingTest, PagesAddUpToTheWholeList) {
  const auto resources = all_of("resources/list", "resources", "uri");
  const auto prompts = all_of("prompts/list", "prompts", "name");
  const auto tools = all_of("tools/list", "tools", "name");
  world.made.reset();
  for (const std::size_t size : {1U, 2U, 3U}) {
    world.options.page_size = size;
    world.made.reset();
    EXPECT_EQ(all_of("resources/list", "resources", "uri"), resources);
    EXPECT_EQ(all_of("prompts/list", "prompts", "name"), prompts);
    EXPECT_EQ(all_of("tools/list", "tools", "name"), tools);
  }
}

TEST_F(ReadingTest, CursorsThatAreNotOursAreRefused) {
  world.options.page_size = 2;
  const auto other = result(legacy("resources/list"))["nextCursor"];
  for (const auto* method :
       {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}) {
    EXPECT_EQ(code_of(ask(legacy(method, {{"cursor", "x"}}))), rpc::kInvalidParams) << method;
    if (std::string_view(method) != "resources/list") {
      EXPECT_EQ(code_of(ask(legacy(method, {{"cursor", other}}))), rpc::kInvalidParams) << method;
    }
  }
  EXPECT_EQ(code_of(ask(legacy("resources/list", {{"cursor", other}}))), 0);
  EXPECT_EQ(code_of(ask(legacy("resources/list", {{"cursor", 7}}))), rpc::kInvalidParams);
  EXPECT_EQ(code_of(ask(legacy("tools/list", {{"cursor", Json::array()}}))), rpc::kInvalidParams);
  peer.principal.scopes = {"ops"};
  EXPECT_EQ(code_of(ask(legacy("resources/list", {{"cursor", other}}))), rpc::kInvalidParams)
      << "this list is another one";
}

TEST_F(ReadingTest, CachingIsSpokenOfIn20260728Only) {
  const Json plain{{"uri", "ops://plain"}};
  const struct {
    const char* method;
    Json params;
    std::string scope;
  } cases[] = {{"tools/list", Json::object(), "public"},
               {"resources/list", Json::object(), "private"},
               {"resources/templates/list", Json::object(), "private"},
               {"prompts/list", Json::object(), "private"},
               {"resources/read", plain, "private"},
               {"server/discover", Json::object(), "public"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.method);
    const auto fresh = result(modern(c.method, c.params));
    EXPECT_GE(integer_or(fresh, "ttlMs", -1), 0);
    EXPECT_EQ(fresh["cacheScope"], c.scope);
    EXPECT_EQ(fresh["resultType"], "complete");
    if (std::string_view(c.method) == "server/discover") continue;
    const auto old = result(legacy(c.method, c.params));
    EXPECT_FALSE(old.contains("ttlMs") || old.contains("cacheScope") || old.contains("resultType"));
  }
  for (const auto* method : {"tools/call", "prompts/get"}) {
    const Json params{{"name", method == std::string_view("tools/call") ? "echo" : "greet"},
                      {"arguments", {{"text", "a"}, {"name", "Ada"}}}};
    EXPECT_FALSE(result(modern(method, params)).contains("ttlMs"));
  }
}

TEST_F(ReadingTest, ReadsTextBytesAndTemplates) {
  const auto contents = [&](const std::string& uri) {
    return result(legacy("resources/read", {{"uri", uri}}))["contents"];
  };
  EXPECT_EQ(contents("ops://plain").dump(),
            R"([{"mimeType":"text/plain","text":"plain","uri":"ops://plain"}])");
  EXPECT_EQ(contents("ops://hidden")[0]["text"], "plain");
  EXPECT_EQ(contents("ops://logo").dump(),
            R"([{"blob":"AP8=","mimeType":"image/png","uri":"ops://logo"}])");
  EXPECT_EQ(contents("ops://notes/a%20b")[0]["text"], "note a b");
  EXPECT_EQ(contents("ops://notes/a%20b")[0]["uri"], "ops://notes/a%20b") << "not the template";
}

TEST_F(ReadingTest, WhatIsNotThereHasACodeForEachEra) {
  for (const std::string uri : {"ops://nothing", "ops://notes/gone", "ops://notes/..", ""}) {
    SCOPED_TRACE(uri);
    const auto old = ask(legacy("resources/read", {{"uri", uri}}));
    EXPECT_EQ(code_of(old), rpc::kResourceNotFound);
    EXPECT_EQ(old["error"]["data"]["uri"], uri);
    const auto fresh = ask(modern("resources/read", {{"uri", uri}}));
    EXPECT_EQ(code_of(fresh), rpc::kInvalidParams);
    EXPECT_EQ(fresh["error"]["data"]["uri"], uri);
  }
  EXPECT_EQ(code_of(ask(legacy("resources/read", {{"uri", std::string(5000, 'a')}}))),
            rpc::kResourceNotFound);
  EXPECT_EQ(code_of(ask(legacy("resources/read"))), rpc::kInvalidParams);
  EXPECT_EQ(code_of(ask(legacy("resources/read", {{"uri", 7}}))), rpc::kInvalidParams);
  EXPECT_EQ(code_of(ask(legacy("resources/read", {{"uri", "ops://notes/away"}}))),
            rpc::kInternalError);
}

TEST_F(ReadingTest, ScopeIsNeeded) {
  const auto refused = answer_to(modern("resources/read", {{"uri", "ops://secret"}}));
  EXPECT_EQ(refused.missing_scope, "ops");
  EXPECT_NE(code_of(Json::parse(refused.body)), 0);
  EXPECT_EQ(answer_to(modern("prompts/get", {{"name", "secret"}})).missing_scope, "ops");
  peer.principal.scopes = {"ops"};
  EXPECT_EQ(result(modern("resources/read", {{"uri", "ops://secret"}}))["contents"].size(), 1U);
  EXPECT_TRUE(result(modern("prompts/get", {{"name", "secret"}})).contains("messages"));
}

TEST_F(ReadingTest, PromptHasTextsPicturesAndResources) {
  const auto got =
      result(legacy("prompts/get", {{"name", "greet"}, {"arguments", {{"name", "Ada"}}}}));
  EXPECT_EQ(got["description"], "A greeting");
  EXPECT_EQ(
      got["messages"].dump(),
      R"([{"content":{"text":"Greet Ada","type":"text"},"role":"user"},)"
      R"({"content":{"resource":{"mimeType":"text/plain","text":"plain","uri":"ops://plain"},"type":"resource"},"role":"assistant"},)"
      R"({"content":{"data":"UE5H","mimeType":"image/png","type":"image"},"role":"user"}])");
}

TEST_F(ReadingTest, PromptsNeedTheirArguments) {
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
  EXPECT_NE(failure_of(ask(legacy("prompts/get", {{"name", "greet"}}))).find("\"name\""),
            std::string::npos);
}

TEST_F(ReadingTest, CompletesArgumentsAndTemplates) {
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

TEST_F(ReadingTest, CompletionsOfTheUnknownAreRefused) {
  const char* const bad[] = {
      R"({})",
      R"({"ref":{"type":"ref/tool","name":"echo"},"argument":{"name":"a","value":""}})",
      R"({"ref":{"type":"ref/prompt","name":"nobody"},"argument":{"name":"a","value":""}})",
      R"({"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"a","value":""}})",
      R"({"ref":{"type":"ref/resource","uri":"ops://x/{id}"},"argument":{"name":"id","value":""}})",
  };
  for (const auto* params : bad) {
    EXPECT_EQ(code_of(ask(legacy("completion/complete", Json::parse(params)))), rpc::kInvalidParams)
        << params;
  }
}

}  // namespace
}  // namespace mtc::mcp
