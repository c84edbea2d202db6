#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "declare.h"
#include "fixture.h"
#include "media.h"
#include "questions.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::PromptArguments;
using mcp::PromptReply;
using PromptOutcome = std::variant<PromptReply, mcp::NeedInput>;

Async<Result<PromptOutcome>> simple(PromptArguments, CallContext) {
  co_return PromptReply{.messages = {{.content = "This is a simple prompt for testing."}}};
}

Async<Result<PromptOutcome>> with_arguments(PromptArguments arguments, CallContext) {
  co_return PromptReply{
      .messages = {{.content = fmt::format("Prompt with arguments: arg1='{}', arg2='{}'",
                                           arguments["arg1"], arguments["arg2"])}}};
}

Async<Result<PromptOutcome>> with_resource(PromptArguments arguments, CallContext) {
  mcp::ResourceContents resource{.uri = arguments["resourceUri"],
                                 .text = "Embedded resource content for testing."};
  co_return PromptReply{.messages = {{.content = std::move(resource)},
                                     {.content = "Please process the embedded resource above."}}};
}

Async<Result<PromptOutcome>> with_image(PromptArguments, CallContext) {
  co_return PromptReply{.messages = {{.content = mcp::Picture{.bytes = tiny_png()}},
                                     {.content = "Please analyze the image above."}}};
}

Async<Result<PromptOutcome>> with_input(PromptArguments, CallContext context) {
  if (const auto given = text_given(context, "user_context", "context")) {
    co_return PromptReply{.messages = {{.content = "The context is: " + *given}}};
  }
  co_return mcp::NeedInput{
      .questions = {ask_for("user_context", "What context should the prompt use?", "context")}};
}

Async<Result<std::vector<std::string>>> complete_place(std::string typed,
                                                       std::map<std::string, std::string>,
                                                       CallContext) {
  std::vector<std::string> out;
  for (const std::string place : {"paris", "park", "party"}) {
    if (place.starts_with(typed)) out.push_back(place);
  }
  co_return out;
}

}  // namespace

void add_prompts(mcp::PromptRegistry& prompts) {
  add_to(prompts, mcp::Prompt{.name = "test_simple_prompt",
                              .description = "A prompt without arguments",
                              .get = simple});
  add_to(
      prompts,
      mcp::Prompt{
          .name = "test_prompt_with_arguments",
          .description = "A prompt that repeats its arguments",
          .arguments = {{.name = "arg1",
                         .description = "First test argument",
                         .required = true,
                         .complete = complete_place},
                        {.name = "arg2", .description = "Second test argument", .required = true}},
          .get = with_arguments});
  add_to(prompts, mcp::Prompt{.name = "test_prompt_with_embedded_resource",
                              .description = "A prompt with a resource",
                              .arguments = {{.name = "resourceUri",
                                             .description = "Of the resource to embed",
                                             .required = true}},
                              .get = with_resource});
  add_to(prompts, mcp::Prompt{.name = "test_prompt_with_image",
                              .description = "A prompt with a picture",
                              .get = with_image});
  add_to(prompts, mcp::Prompt{.name = "test_input_required_result_prompt",
                              .description = "A prompt that asks for its context",
                              .get = with_input});
}

}  // namespace mtc::conformance
