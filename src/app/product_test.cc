// What clients are told about tools, prompts and resources. Read the change of the golden files as
// they would.
#include "app/product.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>

#include "app/tools_text.h"
#include "infra/files/files.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

Async<Json> answer_of(const mcp::Server& server, std::string method, Json params,
                      std::vector<std::string> scopes) {
  mcp::Peer peer{
      .principal = {.subject = "zhangsan", .name = "", .scopes = scopes, .channel = "test"}};
  peer.revision = mcp::Revision::v2025_11_25;
  peer.initialized = true;
  const Json request{
      {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
  auto text = co_await server.handle_text(request.dump(), peer);
  co_return parse_json(text.value_or("null")).value_or(Json());
}

// A product in a folder of its own.
class ProductTools : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "mtc-product-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    Settings settings;
    settings.state_dir = folder_;
    auto opened =
        Product::open(loop_.get_executor(), with_defaults(std::move(settings)), clock_, "");
    ASSERT_TRUE(opened) << opened.error().message;
    product_ = std::move(*opened);
  }
  void TearDown() override {
    product_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The result, or the error.
  Json ask(const mcp::Server& server, const char* method, Json params = Json::object(),
           std::vector<std::string> scopes = {"ops.read"}) {
    const auto answer = run(answer_of(server, method, std::move(params), std::move(scopes)));
    return answer.contains("result") ? answer["result"] : answer["error"];
  }
  Json ask(const char* method, Json params = Json::object(),
           std::vector<std::string> scopes = {"ops.read"}) {
    return ask(product_->server(Profile::full), method, std::move(params), std::move(scopes));
  }
  Json tools(Profile profile) { return ask(product_->server(profile), "tools/list")["tools"]; }
  // What that view lists: one member of each.
  static std::vector<std::string> members(const Json& list, const char* name) {
    std::vector<std::string> out;
    for (const auto& one : list) out.push_back(string_or(one, name));
    return out;
  }
  Product& product() { return *product_; }
  void add_zhangsan() {
    const auto added = run(product_->foundation().directory.add_user({.username = "zhangsan"}));
    ASSERT_TRUE(added) << added.error().message;
  }

  // `file` below the source directory holds `shown`, behind what stands there up to `after`.
  static void expect_file(const std::string& file, const std::string& shown,
                          std::string_view after = "") {
    const std::string path = std::string(MTC_SOURCE_DIR "/") + file;
    auto there = read_file(path);
    const std::string head =
        there && !after.empty() ? there->substr(0, there->find(after) + after.size()) : "";
    if (std::getenv("MTC_UPDATE_GOLDEN") != nullptr) {
      ASSERT_TRUE(write_file(path, head + shown));
      there = read_file(path);
    }
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_EQ(head + shown, *there) << "if that is meant, run this test with MTC_UPDATE_GOLDEN=1";
  }

 private:
  std::string folder_;
  const SystemClock clock_;
  asio::io_context loop_;
  std::unique_ptr<Product> product_;
};

TEST_F(ProductTools, ForReadersAreTheGoldenFile) {
  expect_file("src/app/testdata/tools.json", tools(Profile::full).dump(2) + "\n");
}

TEST_F(ProductTools, ForListenersAreTheGoldenFile) {
  expect_file("src/app/testdata/voice_tools.json", tools(Profile::voice).dump(2) + "\n");
}

TEST_F(ProductTools, StandOnTheirPage) {
  expect_file("docs/TOOLS.md",
              "\n## One by one\n" + tools_markdown(tools(Profile::full)) +
                  "\n## In families, for voices\n" + tools_markdown(tools(Profile::voice)),
              "<!-- printed from here on -->\n");
}

class ProductReading : public ProductTools {
 protected:
  std::vector<std::string> prompts(const mcp::Server& server) {
    return members(ask(server, "prompts/list")["prompts"], "name");
  }
  std::vector<std::string> resources(const mcp::Server& server) {
    return members(ask(server, "resources/list")["resources"], "uri");
  }
  std::vector<std::string> templates(const mcp::Server& server) {
    return members(ask(server, "resources/templates/list")["resourceTemplates"], "uriTemplate");
  }
};

TEST_F(ProductReading, ReadersFindTheirClustersAndDashboards) {
  add_zhangsan();
  const auto& basic = product().servers().server({Service::basic}, Profile::full);
  EXPECT_THAT(prompts(basic), ElementsAre("investigate_workload", "cluster_overview"));
  EXPECT_THAT(resources(basic), ElementsAre("ops://clusters", "ops://dashboards", "ops://help"));
  EXPECT_THAT(templates(basic),
              ElementsAre("ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload}",
                          "ops://dashboards/{dashboard}", "ops://dashboards/{dashboard}/picture"));
  EXPECT_THAT(prompts(product().server()),
              IsSupersetOf({"investigate_workload", "cluster_overview", "morning_report"}));
}

TEST_F(ProductReading, ListenersGetNoLongerLists) {
  add_zhangsan();
  for (const auto profile : {Profile::voice, Profile::device}) {
    const auto& server = product().server(profile);
    EXPECT_THAT(prompts(server), ElementsAre("morning_report", "incident_review", "hand_over"));
    EXPECT_THAT(resources(server), ElementsAre("ops://help"));
    EXPECT_THAT(templates(server), ElementsAre("ops://reports/{day}", "ops://digests/{id}"));
  }
}

TEST_F(ProductReading, PromptsNameToolsThatAreThere) {
  add_zhangsan();
  const auto known = members(tools(Profile::full), "name");
  for (const Json& params :
       {Json{{"name", "investigate_workload"}, {"arguments", {{"workload", "payment"}}}},
        Json{{"name", "cluster_overview"}}}) {
    const auto got = ask("prompts/get", params);
    ASSERT_TRUE(got.contains("messages")) << got;
    const std::string text = got["messages"][0]["content"]["text"];
    int named = 0;
    for (std::size_t at = text.find('`'); at != text.npos; at = text.find('`', at + 1)) {
      const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1);
      const auto name = text.substr(at + 1, end - at - 1);
      if (text.compare(end, 2, " {") != 0) continue;
      ++named;
      EXPECT_THAT(known, testing::Contains(name));
    }
    EXPECT_GE(named, 5);
  }
  EXPECT_THAT(string_or(ask("prompts/get", {{"name", "investigate_workload"}}), "message"),
              HasSubstr("workload"));
}

TEST_F(ProductReading, EveryNameCanBeCompleted) {
  add_zhangsan();
  const struct {
    const char *type, *of;
    std::vector<std::string> arguments;
  } cases[] = {
      {"ref/prompt", "investigate_workload", {"cluster", "namespace", "workload"}},
      {"ref/prompt", "cluster_overview", {"cluster"}},
      {"ref/resource",
       "ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload}",
       {"cluster", "namespace", "workload"}},
      {"ref/resource", "ops://dashboards/{dashboard}", {"dashboard"}},
      {"ref/resource", "ops://dashboards/{dashboard}/picture", {"dashboard"}},
  };
  for (const auto& c : cases) {
    for (const auto& argument : c.arguments) {
      const bool prompt = std::string_view(c.type) == "ref/prompt";
      const Json params{{"ref", {{"type", c.type}, {prompt ? "name" : "uri", c.of}}},
                        {"argument", {{"name", argument}, {"value", "a"}}},
                        {"context", {{"arguments", {{"cluster", "生产"}}}}}};
      // There is no key of Tencent Cloud here: nothing is known, and nobody is stopped.
      EXPECT_EQ(ask("completion/complete", params)["completion"]["values"], Json::array())
          << c.of << " " << argument;
    }
  }
}

TEST_F(ProductReading, WhatCannotBeReadSaysWhyAndNeedsTheToolsPermission) {
  add_zhangsan();
  for (const char* uri :
       {"ops://clusters", "ops://clusters/a/namespaces/b/workloads/c", "ops://dashboards",
        "ops://dashboards/payment", "ops://dashboards/payment/picture"}) {
    SCOPED_TRACE(uri);
    EXPECT_THAT(string_or(ask("resources/read", {{"uri", uri}}), "message"),
                testing::AnyOf(HasSubstr("凭证"), HasSubstr("密钥")));
    EXPECT_THAT(string_or(ask("resources/read", {{"uri", uri}}, {}), "message"),
                HasSubstr("ops.read"));
  }
  EXPECT_THAT(ask("prompts/list", Json::object(), {})["prompts"], testing::IsEmpty());
}

}  // namespace
}  // namespace mtc::app
