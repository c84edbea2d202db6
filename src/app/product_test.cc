// What clients are told about the tools. Read the change of the golden file as they would.
#include "app/product.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>

#include "infra/files/files.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

constexpr const char* kGolden = MTC_SOURCE_DIR "/src/app/testdata/tools.json";

Async<Json> listed_tools(const mcp::Server& server) {
  mcp::Peer peer{
      .principal = {.subject = "zhangsan", .name = "", .scopes = {"ops.read"}, .channel = "test"}};
  peer.revision = mcp::Revision::v2025_11_25;
  peer.initialized = true;
  auto text =
      co_await server.handle_text(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", peer);
  co_return parse_json(text.value_or("null")).value_or(Json())["result"]["tools"];
}

TEST(Product, ToolsListIsTheGoldenFile) {
  std::string folder = (std::filesystem::temp_directory_path() / "mtc-product-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  Settings settings;
  settings.state_dir = folder;
  const SystemClock clock;
  asio::io_context loop;
  const auto product =
      Product::open(loop.get_executor(), with_defaults(std::move(settings)), clock, "");
  ASSERT_TRUE(product) << product.error().message;
  const std::string shown = run(listed_tools((*product)->server())).dump(2) + "\n";
  if (std::getenv("MTC_UPDATE_GOLDEN") != nullptr) ASSERT_TRUE(write_file(kGolden, shown));
  const auto golden = read_file(kGolden);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(shown, *golden) << "if that is meant, run this test with MTC_UPDATE_GOLDEN=1";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mtc::app
