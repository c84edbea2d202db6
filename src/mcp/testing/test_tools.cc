#include "mcp/testing/test_tools.h"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

namespace mtc::mcp {
namespace {

struct EchoArgs {
  std::string text;
  int times = 1;
};

Async<Result<Reply>> echo(EchoArgs args, CallContext) {
  std::string out;
  for (int i = 0; i < args.times; ++i) out += args.text;
  co_return Reply{.speech = out, .data = {{"text", out}}, .pictures = {}};
}

Async<Result<Reply>> be_away(NoArgs, CallContext) {
  co_return fail({.code = Errc::unavailable,
                  .message = "The log service does not answer",
                  .vendor_code = "VendorSecret",
                  .request_id = "req-1"});
}
Async<Result<Reply>> show_picture(NoArgs, CallContext context) {
  co_return Reply{.speech = context.client_name + "/" + context.principal.subject +
                            (context.voice ? "/voice" : ""),
                  .data = {},
                  .pictures = {{.bytes = "PNG", .description = "A chart"}}};
}

}  // namespace

Tool echo_tool() {
  return make_tool<EchoArgs>(
      {.name = "echo",
       .title = "Echo",
       .description = "Repeats a text.",
       .hints = {.read_only = true, .destructive = false, .idempotent = true},
       .fields = {field("text", &EchoArgs::text, "What to repeat"),
                  field("times", &EchoArgs::times, "How often",
                        {.required = false, .minimum = 1, .maximum = 9})},
       .output_schema = {{"type", "object"}, {"properties", {{"text", {{"type", "string"}}}}}},
       .handler = echo});
}

Tool plain_tool(std::string name, std::function<Async<Result<Reply>>(NoArgs, CallContext)> handler,
                std::string scope) {
  return make_tool<NoArgs>({.name = std::move(name),
                            .title = {},
                            .description = "A tool.",
                            .scope = std::move(scope),
                            .handler = std::move(handler)});
}

Async<Result<Reply>> Turnstile::pass() {
  door.emplace(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  ++running;
  on_change();
  std::string how;
  try {
    co_await door->async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    how = open ? "" : "cancelled";
  }
  door.reset();  // the loop it belongs to may end before the gate does
  --running;
  ++(how.empty() ? finished : cancelled);
  on_change();
  if (!how.empty()) co_return fail(Errc::cancelled, "stopped");
  co_return Reply{.speech = "through", .data = {}, .pictures = {}};
}

void Turnstile::let_go() {
  open = true;
  door->cancel();
}

Async<Result<Reply>> pass_gate(Turnstile* gate) {
  co_return co_await gate->pass();
}
Async<Result<Reply>> break_down(NoArgs, CallContext) {
  throw std::runtime_error("secret detail");
  co_return Reply{};
}

World::World() {
  const auto must = [this](Tool tool) {
    if (auto ok = tools.add(std::move(tool)); !ok) throw std::logic_error(ok.error().message);
  };
  must(echo_tool());
  must(plain_tool("slow", [this](NoArgs, const CallContext&) { return pass_gate(&gate); }));
  must(plain_tool("broken", break_down));
  must(plain_tool("away", be_away));
  must(plain_tool("picture", show_picture));
  must(plain_tool("secret", show_picture, "ops"));
}

}  // namespace mtc::mcp
