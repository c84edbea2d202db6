#include "mcp/http/resource_metadata.h"

#include "mcp/testing/http_fixture.h"

namespace mtc::mcp {
namespace {

class ResourceMetadataTest : public testing::Test {
 protected:
  HttpResponse ask(std::string path, std::string method = "GET") {
    FakeExchange exchange;
    exchange.in = {.method = std::move(method), .path = std::move(path)};
    asio::io_context loop;
    asio::co_spawn(loop, made->handle(exchange), asio::detached);
    loop.run();
    return exchange.out.value();
  }
  std::optional<ResourceMetadata> made{
      ResourceMetadataOptions{.public_url = "https://ops.example.org",
                              .paths = {"/mcp", "/mcp/basic"},
                              .authorization_servers = {"https://id.example.org"},
                              .scopes = {"ops.read", "ops.operate"},
                              .name = "Ops"}};
};

TEST_F(ResourceMetadataTest, NamesTheResourceTheClientAskedAbout) {
  const auto all = ask("/.well-known/oauth-protected-resource/mcp");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(find_header(all.headers, "Access-Control-Allow-Origin"), "*");
  const auto json = Json::parse(all.body);
  EXPECT_EQ(json["resource"], "https://ops.example.org/mcp");
  EXPECT_EQ(json["authorization_servers"], Json({"https://id.example.org"}));
  EXPECT_EQ(json["scopes_supported"], Json({"ops.read", "ops.operate"}));
  EXPECT_EQ(json["bearer_methods_supported"], Json({"header"}));
  EXPECT_EQ(Json::parse(ask("/.well-known/oauth-protected-resource/mcp/basic").body)["resource"],
            "https://ops.example.org/mcp/basic");
  // The root stands for the first endpoint.
  EXPECT_EQ(Json::parse(ask("/.well-known/oauth-protected-resource").body)["resource"],
            "https://ops.example.org/mcp");
}

TEST_F(ResourceMetadataTest, KnowsNothingElse) {
  for (const auto* path : {"/", "/mcp", "/.well-known/oauth-protected-resource/",
                           "/.well-known/oauth-protected-resource/mcp/none",
                           "/.well-known/oauth-protected-resource/../mcp"}) {
    SCOPED_TRACE(path);
    EXPECT_FALSE(made->serves(path));
    EXPECT_EQ(ask(path).status, 404);
  }
  EXPECT_EQ(ask("/.well-known/oauth-protected-resource", "POST").status, 405);
  EXPECT_EQ(ask("/.well-known/oauth-protected-resource", "OPTIONS").status, 204);
}

TEST_F(ResourceMetadataTest, LeavesTheIssuersOutWhereTokensComeFromElsewhere) {
  made.emplace(ResourceMetadataOptions{.public_url = "http://127.0.0.1:1", .paths = {"/mcp"}});
  const auto json = Json::parse(ask("/.well-known/oauth-protected-resource").body);
  EXPECT_FALSE(json.contains("authorization_servers"));
}

}  // namespace
}  // namespace mtc::mcp
