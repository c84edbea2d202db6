// What a tool may say before it answers.
#include "declare.h"
#include "fixture.h"
#include "rest.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::LogLevel;
using mcp::Reply;

constexpr Millis kBetween{50};  // as the suites ask for

void note(const CallContext& context, const std::string& message) {
  if (context.link) context.link->log(LogLevel::info, message);
}

Async<Result<Reply>> logging(NoArgs, CallContext context) {
  note(context, "Tool execution started");
  co_await rest(kBetween);
  note(context, "Tool processing data");
  co_await rest(kBetween);
  note(context, "Tool execution completed");
  co_return say("Three messages were logged.");
}

Async<Result<Reply>> progress(NoArgs, CallContext context) {
  context.report(0, 100);
  co_await rest(kBetween);
  context.report(50, 100);
  co_await rest(kBetween);
  context.report(100, 100);
  co_return say("Progress was reported three times.");
}

// Whether a client that did not ask for log messages is spared them.
Async<Result<Reply>> maybe_logging(NoArgs, CallContext context) {
  note(context, "Only for those who set a level");
  co_return say("A message was logged for those who want it.");
}

// The client has to come back for the answer.
Async<Result<Reply>> reconnection(NoArgs, CallContext context) {
  if (context.link) context.link->hang_up(Millis{500});
  co_await rest(Millis{100});
  co_return say("The answer waited for the client to come back.");
}

}  // namespace

void add_reporting_tools(mcp::ToolRegistry& tools) {
  add_to(tools,
         answering("test_tool_with_logging", "Logs three messages, then answers.", {}, logging));
  add_to(tools,
         answering("test_tool_with_progress", "Reports progress, then answers.", {}, progress));
  add_to(tools, answering("test_logging_tool", "Logs a message, then answers.", {}, maybe_logging));
  add_to(tools, answering("test_reconnection", "Hangs up before it answers.", {}, reconnection));
}

}  // namespace mtc::conformance
