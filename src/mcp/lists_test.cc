// The lists of all kinds: who sees what, in pages, and how long it may be kept.
#include <set>

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

class ListsTest : public RichServer {
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
};

TEST_F(ListsTest, ListsWhatThePrincipalMayRead) {
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

TEST_F(ListsTest, PagesAddUpToTheWholeList) {
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

TEST_F(ListsTest, CursorsThatAreNotOursAreRefused) {
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

TEST_F(ListsTest, CachingIsSpokenOfIn20260728Only) {
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

}  // namespace
}  // namespace mtc::mcp
