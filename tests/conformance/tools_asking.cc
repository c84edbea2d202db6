// Tools that ask the client once: by a request of ours before 2026-07-28, by a result since.
#include <fmt/format.h>

#include "base/json.h"
#include "declare.h"
#include "fixture.h"
#include "questions.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::NeedInput;
using mcp::Outcome;

constexpr std::string_view kAnswer = "answer";

mcp::Question ask_form(std::string message, Json properties) {
  return mcp::ask_person(std::string(kAnswer), std::move(message),
                         {{"type", "object"}, {"properties", std::move(properties)}});
}

// The person's answer to it in words; a NeedInput where there is none yet.
Outcome repeat_form(const CallContext& context, mcp::Question question, std::string_view begin) {
  const Json* answer = answer_to(context, kAnswer);
  if (answer == nullptr) return NeedInput{.questions = {std::move(question)}};
  return say(fmt::format("{}: action={}, content={}", begin, string_or(*answer, "action"),
                         dump_json(object_or_empty(*answer, "content"))));
}

Outcome repeat_model(const CallContext& context, std::string prompt) {
  if (const auto said = model_said(context, kAnswer)) return say("LLM response: " + *said);
  return NeedInput{.questions = {ask_model(std::string(kAnswer), std::move(prompt), 100)}};
}

struct PromptArgs {
  std::string prompt;
};
Async<Result<Outcome>> sampling(PromptArgs args, CallContext context) {
  co_return repeat_model(context, std::move(args.prompt));
}

// For clients without a model: they are told what they lack.
Async<Result<Outcome>> needs_sampling(NoArgs, CallContext context) {
  co_return repeat_model(context, "Say hello.");
}

struct MessageArgs {
  std::string message;
};
Async<Result<Outcome>> elicitation(MessageArgs args, CallContext context) {
  const Json properties{{"username", {{"type", "string"}, {"description", "User's response"}}},
                        {"email", {{"type", "string"}, {"description", "User's email address"}}}};
  co_return repeat_form(context, ask_form(std::move(args.message), properties), "User response");
}

Async<Result<Outcome>> defaults(NoArgs, CallContext context) {
  const Json properties{
      {"name", {{"type", "string"}, {"default", "John Doe"}}},
      {"age", {{"type", "integer"}, {"default", 30}}},
      {"score", {{"type", "number"}, {"default", 95.5}}},
      {"status",
       {{"type", "string"}, {"enum", {"active", "inactive", "pending"}}, {"default", "active"}}},
      {"verified", {{"type", "boolean"}, {"default", true}}}};
  co_return repeat_form(context, ask_form("Please review the defaults", properties),
                        "Elicitation completed");
}

// {"const","title"} for each of three.
Json titled(std::string_view value) {
  Json out = Json::array();
  for (const auto* number : {"1", "2", "3"}) {
    out.push_back({{"const", fmt::format("{}{}", value, number)},
                   {"title", fmt::format("Choice {}", number)}});
  }
  return out;
}

Async<Result<Outcome>> enums(NoArgs, CallContext context) {
  const Json options{"option1", "option2", "option3"};
  const Json properties{
      {"untitledSingle", {{"type", "string"}, {"enum", options}}},
      {"titledSingle", {{"type", "string"}, {"oneOf", titled("value")}}},
      {"legacyEnum",
       {{"type", "string"},
        {"enum", {"opt1", "opt2", "opt3"}},
        {"enumNames", {"Option One", "Option Two", "Option Three"}}}},
      {"untitledMulti", {{"type", "array"}, {"items", {{"type", "string"}, {"enum", options}}}}},
      {"titledMulti", {{"type", "array"}, {"items", {{"anyOf", titled("value")}}}}}};
  co_return repeat_form(context, ask_form("Please choose", properties), "Elicitation completed");
}

// Whoever streams must not put requests on the stream.
Async<Result<Outcome>> streaming_elicitation(NoArgs, CallContext context) {
  context.report(0, 1, "About to ask");
  const Json properties{{"name", {{"type", "string"}}}};
  co_return repeat_form(context, ask_form("What is your name?", properties), "User response");
}

}  // namespace

void add_asking_tools(mcp::ToolRegistry& tools) {
  add_to(tools, talking("test_sampling", "Asks the client's model.",
                        {field("prompt", &PromptArgs::prompt, "What to ask it")}, sampling));
  add_to(tools,
         talking("test_missing_capability", "Needs the client's model.", {}, needs_sampling));
  add_to(tools, talking("test_elicitation", "Asks the person.",
                        {field("message", &MessageArgs::message, "What to ask")}, elicitation));
  add_to(tools, talking("test_elicitation_sep1034_defaults",
                        "Asks the person by a form with defaults.", {}, defaults));
  add_to(tools, talking("test_elicitation_sep1330_enums", "Asks the person by a form with choices.",
                        {}, enums));
  add_to(tools, talking("test_streaming_elicitation", "Reports progress, then asks the person.", {},
                        streaming_elicitation));
}

}  // namespace mtc::conformance
