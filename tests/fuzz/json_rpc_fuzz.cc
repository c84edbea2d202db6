// Any bytes as messages of a peer, through both eras: no crash, and whatever is answered is one
// line of JSON-RPC.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "mcp/http/header_check.h"
#include "mcp/server.h"

namespace mtc::mcp {
namespace {

struct Args {
  std::string text;
  std::optional<int> times;
  std::vector<std::string> tags;
};

Async<Result<Reply>> echo(Args args, CallContext context) {
  co_return Reply{
      .speech = args.text + context.client_name, .data = {{"tags", args.tags}}, .pictures = {}};
}

struct Fixture {
  Fixture() {
    if (!tools.add(make_tool<Args>(
            {.name = "echo",
             .title = "Echo",
             .description = "Repeats a text.",
             .scope = {},
             .fields = {field("text", &Args::text, "Text"), field("times", &Args::times, "Times"),
                        field("tags", &Args::tags, "Tags", {.required = false})},
             .handler = echo}))) {
      std::abort();
    }
  }
  ToolRegistry tools;
  Server server{tools,
                {.name = "fuzz",
                 .title = {},
                 .version = "1",
                 .description = {},
                 .instructions = {},
                 .allows = {}}};
};

void check(const std::string& answer) {
  const auto json = Json::parse(answer, nullptr, false);
  const bool one = json.is_object() && json.contains("result") != json.contains("error");
  if (!one && !json.is_array()) std::abort();
  if (answer.contains('\n')) std::abort();
}

void feed(Server& server, Peer& peer, std::string_view text) {
  asio::io_context loop(1);
  asio::co_spawn(loop, server.handle_text(std::string(text), peer),
                 [](const std::exception_ptr& error, const std::optional<std::string>& answer) {
                   if (error) std::abort();
                   if (answer) check(*answer);
                 });
  loop.run();
}

}  // namespace
}  // namespace mtc::mcp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mtc;
  static mcp::Fixture fixture;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  mcp::Peer strict;
  mcp::Peer tolerant;
  tolerant.arguments = {.unknown_keys = UnknownKeys::drop, .coerce_text = true};
  tolerant.revision = mcp::Revision::v2025_03_26;
  tolerant.initialized = true;
  tolerant.legacy_only = true;
  for (const auto line : split(text, '\n')) {
    mcp::feed(fixture.server, strict, line);
    mcp::feed(fixture.server, tolerant, line);
    (void)mcp::decode_header_value(line);
  }
  return 0;
}
