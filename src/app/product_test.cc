// What clients are told about the tools. Read the change of the golden files as they would.
#include "app/product.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>

#include "app/tools_text.h"
#include "infra/files/files.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

Async<Json> listed_tools(const mcp::Server& server) {
  mcp::Peer peer{
      .principal = {.subject = "zhangsan", .name = "", .scopes = {"ops.read"}, .channel = "test"}};
  peer.revision = mcp::Revision::v2025_11_25;
  peer.initialized = true;
  auto text =
      co_await server.handle_text(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", peer);
  co_return parse_json(text.value_or("null")).value_or(Json())["result"]["tools"];
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

  Json tools(Profile profile) { return run(listed_tools(product_->server(profile))); }

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

}  // namespace
}  // namespace mtc::app
