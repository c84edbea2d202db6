// A XiaoZhi endpoint with a few awkward tools, for tests against a relay that is not ours.
//
//   xiaozhi_fixture URL [--check-after MS] [--check-every MS] [--answer-within MS] [--ping-interval
//   MS] [--pong-timeout MS]
//
// Prints its status as a line of JSON whenever it changes; ends on SIGTERM or SIGINT.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "adapters/xiaozhi/endpoint.h"
#include "adapters/xiaozhi/serving.h"
#include "adapters/xiaozhi/tool_rules.h"
#include "infra/crypto/system_random.h"
#include "mcp/registry.h"
#include "mcp/server.h"

namespace mtc {
namespace {

struct TextArgs {
  std::string text;
};
Async<Result<mcp::Reply>> say(TextArgs args, mcp::CallContext) {
  co_return mcp::Reply{.speech = std::move(args.text), .data = Json{{"action", "RESPONSE"}}};
}
Async<Result<mcp::Reply>> refuse(TextArgs args, mcp::CallContext) {
  co_return fail(Errc::denied, std::move(args.text));
}
Async<Result<mcp::Reply>> draw(TextArgs args, mcp::CallContext) {
  mcp::Reply reply{.speech = std::move(args.text)};
  reply.pictures.push_back({.bytes = "PNG", .description = "曲线"});
  co_return reply;
}

struct NumberArgs {
  int number = 0;
};
Async<Result<mcp::Reply>> talk_long(NumberArgs args, mcp::CallContext) {
  std::string text;
  for (int i = 1; i <= args.number; ++i) text += "第" + std::to_string(i) + "句话到这里结束。";
  co_return mcp::Reply{.speech = std::move(text)};
}
Async<Result<mcp::Reply>> rest(NumberArgs args, mcp::CallContext) {
  co_await LoopSleeper().sleep(Millis(args.number));
  co_return mcp::Reply{.speech = "歇了" + std::to_string(args.number) + "毫秒。"};
}

template <class Args>
mcp::Tool tool(std::string name, Fields<Args> fields,
               std::function<Async<Result<mcp::Reply>>(Args, mcp::CallContext)> handler) {
  return mcp::make_tool<Args>({.name = name,
                               .title = name,
                               .description = "Test: " + name + ".",
                               .fields = std::move(fields),
                               .handler = std::move(handler)});
}

Result<> add_tools(mcp::ToolRegistry& tools, xiaozhi::Remainders& remainders) {
  const Fields<TextArgs> text{
      field("text", &TextArgs::text, "What to say", {.max_length = 100'000})};
  const Fields<NumberArgs> number{field("number", &NumberArgs::number, "How much", {.minimum = 0})};
  for (auto& one :
       {tool<TextArgs>("test_say", text, say), tool<TextArgs>("test_refuse", text, refuse),
        tool<TextArgs>("test_draw", text, draw), tool<NumberArgs>("test_talk", number, talk_long),
        tool<NumberArgs>("test_rest", number, rest),
        xiaozhi::read_on_tool(remainders, Language::zh)}) {
    if (auto added = tools.add(one); !added) return added;
  }
  return xiaozhi::check_tools(tools);
}

Result<xiaozhi::EndpointOptions> read_options(std::span<const std::string_view> arguments) {
  if (arguments.empty()) return fail(Errc::invalid_argument, "the endpoint's URL is missing");
  auto address = xiaozhi::parse_endpoint_address(arguments.front());
  if (!address) return fail(std::move(address).error());
  xiaozhi::EndpointOptions options{.address = std::move(*address)};
  const std::pair<std::string_view, Millis*> flags[] = {
      {"--check-after", &options.check_after},
      {"--check-every", &options.check_every},
      {"--answer-within", &options.answer_within},
      {"--ping-interval", &options.socket.ping_interval},
      {"--pong-timeout", &options.socket.pong_timeout},
  };
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    const auto flag =
        std::ranges::find(flags, arguments[i], &std::pair<std::string_view, Millis*>::first);
    if (flag == std::end(flags))
      return fail(Errc::invalid_argument, "unknown flag " + std::string(arguments[i]));
    const auto value = arguments[i + 1];
    Millis::rep number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    *flag->second = Millis(number);
  }
  return options;
}

std::string describe(const xiaozhi::EndpointStatus& status) {
  return dump_json(Json{{"state", xiaozhi::name_of(status.state)},
                        {"address", status.address},
                        {"last_error", status.last_error},
                        {"warning", status.warning},
                        {"self_check", status.self_check},
                        {"connections", status.connections}});
}

Async<> print_status(const xiaozhi::XiaozhiEndpoint& endpoint) {
  LoopSleeper sleeper;
  std::string shown;
  for (;;) {
    auto now = describe(endpoint.status());
    if (now != shown) {
      shown = std::move(now);
      std::puts(shown.c_str());
      std::fflush(stdout);
    }
    co_await sleeper.sleep(Millis(10));
  }
}

Async<> serve(xiaozhi::XiaozhiEndpoint& endpoint) {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  endpoint.start();
  co_await signals.async_wait(asio::use_awaitable);
  co_await endpoint.stop();
}

int main_of(std::span<const std::string_view> arguments) {
  spdlog::set_default_logger(spdlog::stderr_logger_st("fixture"));
  auto options = read_options(arguments);
  if (!options) {
    std::fprintf(stderr, "xiaozhi_fixture: %s\n", options.error().message.c_str());
    return 2;
  }
  const SystemClock clock;
  LoopSleeper sleeper;
  SystemRandom random;
  NetworkDialer dialer;
  xiaozhi::Remainders remainders(clock);
  mcp::ToolRegistry tools;
  if (auto added = add_tools(tools, remainders); !added) {
    std::fprintf(stderr, "xiaozhi_fixture: %s\n", added.error().message.c_str());
    return 1;
  }
  const mcp::Server server(tools, {.name = "xiaozhi-fixture", .version = "1"});
  auto handler =
      xiaozhi::make_handler(server, {.subject = "agent", .name = "agent", .channel = "xiaozhi"},
                            {.remainders = &remainders, .subject = "agent"});
  asio::io_context loop(1);
  xiaozhi::XiaozhiEndpoint endpoint(loop.get_executor(), std::move(*options), std::move(handler),
                                    dialer, clock, sleeper, random);
  asio::co_spawn(loop, print_status(endpoint), asio::detached);
  asio::co_spawn(loop, serve(endpoint), [&loop](const std::exception_ptr&) { loop.stop(); });
  loop.run();
  return 0;
}

}  // namespace
}  // namespace mtc

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  return mtc::main_of(arguments);
}
