// Whatever arrives over the XiaoZhi connection, and whatever a tool says there: answers are
// well-formed and results keep the rules of the transport.
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/xiaozhi/address.h"
#include "adapters/xiaozhi/messages.h"
#include "adapters/xiaozhi/rendering.h"
#include "adapters/xiaozhi/serving.h"
#include "base/json.h"
#include "base/text.h"
#include "infra/loop/run.h"
#include "mcp/registry.h"
#include "mcp/server.h"

namespace {

using namespace mtc;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_result(const Json& result, std::size_t limit) {
  require(result.is_object() && result.size() == 1);
  const auto& content = result.at("content");
  require(content.size() == 1 && content[0].at("type") == "text");
  const std::string text = content[0].at("text");
  require(!text.empty() && is_valid_utf8(text));
  require(!text.starts_with('{') && !text.starts_with('['));
  require(text == xiaozhi::spoken_line(text));
  require(dump_json(result).size() <= limit);
}

struct SayArgs {
  std::string text;
};
Async<Result<mcp::Reply>> say(SayArgs args, mcp::CallContext) {
  mcp::Reply reply{.speech = args.text};
  if (args.text.ends_with('p')) reply.pictures.push_back({.bytes = "x", .description = args.text});
  if (args.text.ends_with('f')) co_return fail(Errc::internal, args.text);
  co_return reply;
}

struct Service {
  mcp::ToolRegistry tools;
  mcp::Server server{tools, {.name = "fuzz", .version = "1"}};
  FakeClock clock;
  xiaozhi::Remainders remainders{clock};
  xiaozhi::MessageHandler handler;

  Service() {
    const Fields<SayArgs> fields{
        field("text", &SayArgs::text, "What to say", {.max_length = 1U << 20U})};
    auto tool = mcp::make_tool<SayArgs>({.name = "say",
                                         .title = "Say",
                                         .description = "Say it.",
                                         .fields = fields,
                                         .handler = say});
    require(tools.add(std::move(tool)).has_value());
    require(tools.add(xiaozhi::read_on_tool(remainders, Language::zh)).has_value());
    handler = xiaozhi::make_handler(server, {.subject = "s", .name = "n", .channel = "xiaozhi"},
                                    {.remainders = &remainders, .subject = "s"});
  }
};

std::optional<Json> ask(Service& service, std::string text) {
  const auto answer = run(service.handler(std::move(text)));
  if (!answer) return std::nullopt;
  auto parsed = parse_json(*answer);
  require(parsed.has_value());
  return std::move(*parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  static Service service;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto language = data[0] % 2 == 0 ? Language::zh : Language::en;
  switch (data[0] / 2 % 4) {
    case 0:
      if (const auto answer = ask(service, text);
          answer && answer->is_object() && answer->contains("result")) {
        const auto& result = answer->at("result");
        if (result.contains("content")) check_result(result, 1000);
      }
      break;
    case 1: {
      const Json call{
          {"jsonrpc", "2.0"},
          {"id", 1},
          {"method", "tools/call"},
          {"params", {{"name", "say"}, {"arguments", {{"text", sanitize_utf8(text)}}}}}};
      check_result(ask(service, dump_json(call)).value().at("result"), 1000);
      break;
    }
    case 2: {
      const Result<mcp::Reply> reply = mcp::Reply{.speech = text};
      const std::size_t limit = 200 + data[0];
      const auto result = xiaozhi::render_result(reply, {.language = language,
                                                         .max_bytes = limit,
                                                         .remainders = &service.remainders,
                                                         .subject = "s"});
      check_result(result, limit);
      require(is_valid_utf8(service.remainders.take("s")));
      break;
    }
    default:
      if (const auto address = xiaozhi::parse_endpoint_address(text)) {
        require(xiaozhi::parse_endpoint_address(address->url.text()).has_value());
      }
      xiaozhi::expiry_of_token(text);
      xiaozhi::read_ping_answer(text, "check-1");
      if (const auto answer =
              xiaozhi::answer_to_trouble(text, xiaozhi::Trouble::too_busy, language)) {
        require(parse_json(*answer).has_value());
      }
  }
  return 0;
}
