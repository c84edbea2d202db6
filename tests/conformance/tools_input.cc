// Tools that need input as 2026-07-28 gives it: with the answers, the client calls again.
#include <fmt/format.h>

#include "declare.h"
#include "fixture.h"
#include "questions.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::NeedInput;
using mcp::Outcome;

Async<Result<Outcome>> elicitation(NoArgs, CallContext context) {
  if (const auto name = text_given(context, "user_name", "name")) {
    co_return say(fmt::format("Hello, {}!", *name));
  }
  co_return NeedInput{.questions = {ask_for("user_name", "What is your name?", "name")}};
}

Async<Result<Outcome>> sampling(NoArgs, CallContext context) {
  if (const auto said = model_said(context, "capital")) co_return say("The model says: " + *said);
  co_return NeedInput{.questions = {ask_model("capital", "What is the capital of France?", 100)}};
}

Async<Result<Outcome>> list_roots(NoArgs, CallContext context) {
  if (const auto roots = roots_given(context, "client_roots")) {
    co_return say(fmt::format("The client has {} roots.", *roots));
  }
  co_return NeedInput{.questions = {ask_roots("client_roots")}};
}

// Answers without the state that went with the question count for nothing.
Async<Result<Outcome>> request_state(NoArgs, CallContext context) {
  if (context.state == "asked" && choice_given(context, "confirm", "ok")) co_return say("state-ok");
  co_return NeedInput{.questions = {ask_for("confirm", "Please confirm", "ok", "boolean")},
                      .state = "asked"};
}

Async<Result<Outcome>> multiple_inputs(NoArgs, CallContext context) {
  const auto name = text_given(context, "user_name", "name");
  const auto greeting = model_said(context, "greeting");
  const auto roots = roots_given(context, "client_roots");
  if (context.state == "asked" && name && greeting && roots) {
    co_return say(fmt::format("{} {} has {} roots.", *greeting, *name, *roots));
  }
  co_return NeedInput{
      .questions = {ask_for("user_name", "What is your name?", "name"),
                    ask_model("greeting", "Generate a greeting", 50), ask_roots("client_roots")},
      .state = "asked"};
}

// The state is the name: empty as long as it has only been asked for.
Async<Result<Outcome>> multi_round(NoArgs, CallContext context) {
  std::string name = string_or(context.state, "name");
  const auto color = text_given(context, "step2", "color");
  if (!name.empty() && color) co_return say(fmt::format("{} likes {}.", name, *color));
  if (name.empty() && !context.state.is_null()) {
    name = text_given(context, "step1", "name").value_or("");
  }
  const Json state{{"name", name}};
  if (name.empty()) {
    co_return NeedInput{.questions = {ask_for("step1", "Step 1: What is your name?", "name")},
                        .state = state};
  }
  co_return NeedInput{
      .questions = {ask_for("step2", "Step 2: What is your favorite color?", "color")},
      .state = state};
}

// Each question only to clients that can answer it.
Async<Result<Outcome>> capabilities(NoArgs, CallContext context) {
  if (text_given(context, "user_name", "name") || model_said(context, "greeting")) {
    co_return say("Thank you.");
  }
  if (!context.client.form_elicitation && !context.client.sampling) {
    co_return say("This client can be asked nothing.");
  }
  auto person = ask_for("user_name", "What is your name?", "name");
  auto model = ask_model("greeting", "Generate a greeting", 50);
  person.required = false;
  model.required = false;
  co_return NeedInput{.questions = {std::move(person), std::move(model)}};
}

}  // namespace

void add_input_tools(mcp::ToolRegistry& tools) {
  const auto add = [&tools](std::string_view what, std::string description, auto dialogue) {
    add_to(tools, talking(fmt::format("test_input_required_result_{}", what),
                          std::move(description), {}, dialogue));
  };
  add("elicitation", "Asks for a name.", elicitation);
  add("sampling", "Asks the client's model.", sampling);
  add("list_roots", "Asks for the client's roots.", list_roots);
  add("request_state", "Asks, and remembers that it asked.", request_state);
  add("multiple_inputs", "Asks person, model and client at once.", multiple_inputs);
  add("multi_round", "Asks twice.", multi_round);
  add("tampered_state", "Asks, and sees whether its memory was changed.", request_state);
  add("capabilities", "Asks what the client can answer.", capabilities);
}

}  // namespace mtc::conformance
