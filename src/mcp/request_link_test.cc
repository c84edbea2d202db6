#include "mcp/request_link.h"

#include <gtest/gtest.h>

#include "mcp/testing/test_outlet.h"

namespace mtc::mcp {
namespace {

struct Asker {
  Json meta = {{"progressToken", "t"}};
  Revision revision = Revision::v2025_11_25;
  std::optional<LogLevel> level{};
  KeepingOutlet outlet{};
  Peer peer{};

  SteadyTime now{};

  RequestLink link() {
    return RequestLink({.message = {.id = "1", .method = "tools/call", .params = {{"_meta", meta}}},
                        .revision = revision,
                        .principal = {},
                        .client_name = {},
                        .client = {},
                        .log_level = level,
                        .peer = peer,
                        .outlet = &outlet},
                       [this] { return now; });
  }
};

TEST(RequestLink, TellsNoProgressWithoutAToken) {
  for (const auto* meta : {"{}", R"({"progressToken":null})", R"({"progressToken":1.5})",
                           R"({"progressToken":{}})", R"({"progressToken":true})"}) {
    Asker asker{.meta = Json::parse(meta)};
    asker.link().progress(1, 2, "half");
    EXPECT_TRUE(asker.outlet.sent.empty()) << meta;
  }
}

TEST(RequestLink, TokenComesBackWithItsType) {
  for (const Json& token : {Json("7"), Json(7), Json(""), Json(9007199254740993)}) {
    Asker asker{.meta = {{"progressToken", token}}};
    asker.link().progress(1, 2, "half");
    ASSERT_EQ(asker.outlet.sent.size(), 1U);
    EXPECT_EQ(asker.outlet.sent[0]["method"], "notifications/progress");
    const Json& params = asker.outlet.sent[0]["params"];
    EXPECT_EQ(params["progressToken"].dump(), token.dump());
    EXPECT_EQ(params["progress"], 1);
    EXPECT_EQ(params["total"], 2);
    EXPECT_EQ(params["message"], "half");
  }
}

TEST(RequestLink, ProgressGrows) {
  Asker asker;
  auto link = asker.link();
  for (const double done : {0.0, 1.0, 1.0, 0.5, 1.5}) link.progress(done, std::nullopt, "");
  ASSERT_EQ(asker.outlet.sent.size(), 3U);
  EXPECT_EQ(asker.outlet.sent[2]["params"]["progress"], 1.5);
  EXPECT_FALSE(asker.outlet.sent[2]["params"].contains("total"));
  EXPECT_FALSE(asker.outlet.sent[2]["params"].contains("message"));
}

TEST(RequestLink, ProgressThatComesTooFastIsThinnedButNotItsEnd) {
  Asker asker;
  auto link = asker.link();
  for (int done = 1; done <= 1000; ++done) link.progress(done, 2000, "");
  EXPECT_EQ(asker.outlet.sent.size(), 20U);
  asker.now += std::chrono::milliseconds(100);
  link.progress(1500, 2000, "");
  link.progress(1501, 2000, "");
  ASSERT_EQ(asker.outlet.sent.size(), 21U);
  EXPECT_EQ(asker.outlet.sent[20]["params"]["progress"], 1500);
  link.progress(2000, 2000, "");
  EXPECT_EQ(asker.outlet.sent.size(), 22U);
  asker.now += std::chrono::hours(1);
  for (int done = 2001; done <= 2100; ++done) link.progress(done, std::nullopt, "");
  EXPECT_EQ(asker.outlet.sent.size(), 42U);
}

TEST(RequestLink, OldestClientsGetNoWordsWithTheNumber) {
  for (const auto revision : kRevisions) {
    Asker asker{.revision = revision};
    asker.link().progress(1, 2, "half");
    ASSERT_EQ(asker.outlet.sent.size(), 1U);
    EXPECT_EQ(asker.outlet.sent[0]["params"].contains("message"),
              revision >= Revision::v2025_03_26);
  }
}

TEST(RequestLink, LogsFromTheLevelOnThatTheClientSet) {
  Asker silent;
  silent.link().log(LogLevel::emergency, "x");
  EXPECT_TRUE(silent.outlet.sent.empty());
  Asker asker{.level = LogLevel::warning};
  auto link = asker.link();
  link.log(LogLevel::notice, "too quiet");
  link.log(LogLevel::warning, {{"disk", "full"}});
  ASSERT_EQ(asker.outlet.sent.size(), 1U);
  EXPECT_EQ(
      asker.outlet.sent[0],
      Json::parse(
          R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":"warning","data":{"disk":"full"}}})"));
}

TEST(RequestLink, NothingIsSaidAfterTheAnswer) {
  Asker asker{.level = LogLevel::debug};
  auto link = asker.link();
  link.close();
  link.progress(1, 2, "half");
  link.log(LogLevel::alert, "x");
  link.hang_up(Millis{1});
  EXPECT_TRUE(asker.outlet.sent.empty());
  EXPECT_TRUE(asker.outlet.hung_up.empty());
}

}  // namespace
}  // namespace mtc::mcp
