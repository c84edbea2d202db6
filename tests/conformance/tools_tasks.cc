// Tools of the Tasks extension. All that takes time waits on a timer: many of them may run at once.
#include <fmt/format.h>

#include <cmath>

#include "declare.h"
#include "fixture.h"
#include "questions.h"
#include "rest.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::LongWork;
using mcp::NeedInput;
using mcp::Outcome;
using mcp::Reply;
using mcp::TaskUse;

struct GreetArgs {
  std::string name;
};
Async<Result<Reply>> greet(GreetArgs args, CallContext) {
  co_return say(fmt::format("Hello, {}!", args.name));
}

struct ComputeArgs {
  double seconds = 0;
  std::string label;
};
Async<Result<Outcome>> slow_compute(ComputeArgs args, CallContext context) {
  if (!context.background) {
    co_return LongWork{.message = fmt::format("Computing {}", args.label)};
  }
  context.report(0, args.seconds, fmt::format("Computing {} for {} s", args.label, args.seconds));
  co_await rest(Millis(std::llround(args.seconds * 1000)));
  co_return say(fmt::format("Computed {} in {} s.", args.label, args.seconds));
}

// A tool that fails has answered.
Async<Result<Outcome>> failing_job(NoArgs, CallContext context) {
  if (!context.background) co_return LongWork{.message = "About to fail"};
  co_await rest(Millis{1000});
  co_return fail(Errc::unavailable, "The job failed");
}

// A server that fails has not.
Async<Result<Outcome>> protocol_error_job(NoArgs, CallContext context) {
  if (!context.background) co_return LongWork{.message = "About to break down"};
  co_await rest(Millis{100});
  co_return fail(Errc::internal, "The job broke down");
}

struct DeleteArgs {
  std::string filename;
};
Async<Result<Outcome>> confirm_delete(DeleteArgs args, CallContext context) {
  if (!context.background) {
    co_return LongWork{.message = fmt::format("Waiting to delete {}", args.filename)};
  }
  if (const Json* answer = answer_to(context, "confirm")) {
    const bool agreed = mcp::is_confirmed(*answer, "confirm");
    co_return say(fmt::format("{} {}.", agreed ? "Deleted" : "Kept", args.filename));
  }
  co_return NeedInput{.questions = {ask_for("confirm", fmt::format("Delete {}?", args.filename),
                                            "confirm", "boolean")}};
}

Async<Result<Outcome>> multi_input(NoArgs, CallContext context) {
  if (!context.background) co_return LongWork{.message = "Waiting for two answers"};
  const Json* first = answer_to(context, "first");
  const Json* second = answer_to(context, "second");
  if (first != nullptr && second != nullptr) {
    co_return say(fmt::format("{} and {}.", dump_json(*first), dump_json(*second)));
  }
  co_return NeedInput{.questions = {ask_for("first", "What is the first name?", "name"),
                                    ask_for("second", "What is the second name?", "name")}};
}

// First the question, then the task: what was answered goes along as state.
Async<Result<Outcome>> ask_then_work(NoArgs, CallContext context) {
  if (context.background) {
    co_await rest(Millis{100});
    co_return say(fmt::format("Done for {}.", string_or(context.state, "name")));
  }
  if (const auto name = text_given(context, "user_name", "name")) {
    co_return LongWork{.state = {{"name", *name}}, .message = "Working"};
  }
  co_return NeedInput{.questions = {ask_for("user_name", "What is your name?", "name")}};
}

}  // namespace

void add_task_tools(mcp::ToolRegistry& tools) {
  add_to(tools, answering("greet", "Greets at once.",
                          {field("name", &GreetArgs::name, "Whom to greet")}, greet));
  add_to(tools,
         talking("slow_compute", "Takes its time.",
                 {field("seconds", &ComputeArgs::seconds, "How long it takes",
                        {.minimum = 0, .maximum = 3600}),
                  field("label", &ComputeArgs::label, "What it is called", {.required = false})},
                 slow_compute, TaskUse::optional));
  add_to(tools,
         talking("failing_job", "Fails after a second.", {}, failing_job, TaskUse::required));
  add_to(tools,
         talking("protocol_error_job", "Breaks down.", {}, protocol_error_job, TaskUse::required));
  add_to(tools, talking("confirm_delete", "Asks before it would delete a file.",
                        {field("filename", &DeleteArgs::filename, "Which file")}, confirm_delete,
                        TaskUse::optional));
  add_to(tools,
         talking("multi_input", "Asks two things at once.", {}, multi_input, TaskUse::optional));
  add_to(tools,
         talking("test_tool_with_task", "Asks, then works.", {}, ask_then_work, TaskUse::required));
}

}  // namespace mtc::conformance
