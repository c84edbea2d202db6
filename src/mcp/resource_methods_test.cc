#include "mcp/resource_methods.h"

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

using ResourceMethodsTest = RichServer;

TEST_F(ResourceMethodsTest, ReadsTextBytesAndTemplates) {
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

TEST_F(ResourceMethodsTest, WhatIsNotThereHasACodeForEachEra) {
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

TEST_F(ResourceMethodsTest, ScopeIsNeeded) {
  const auto refused = answer_to(modern("resources/read", {{"uri", "ops://secret"}}));
  EXPECT_EQ(refused.missing_scope, "ops");
  EXPECT_NE(code_of(Json::parse(refused.body)), 0);
  peer.principal.scopes = {"ops"};
  EXPECT_EQ(result(modern("resources/read", {{"uri", "ops://secret"}}))["contents"].size(), 1U);
}

}  // namespace
}  // namespace mtc::mcp
