#include "mcp/prompt_methods.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "mcp/render.h"
#include "mcp/scopes.h"
#include "mcp/text_arguments.h"

namespace mtc::mcp {
namespace {

Json describe_content(const std::variant<std::string, Picture, ResourceContents>& content) {
  if (const auto* text = std::get_if<std::string>(&content)) {
    return {{"type", "text"}, {"text", *text}};
  }
  if (const auto* picture = std::get_if<Picture>(&content)) {
    return {
        {"type", "image"}, {"mimeType", picture->mime_type}, {"data", to_base64(picture->bytes)}};
  }
  return {{"type", "resource"},
          {"resource", describe_contents(std::get<ResourceContents>(content))}};
}

Json describe_reply(const PromptReply& reply) {
  Json out{{"messages", Json::array()}};
  if (!reply.description.empty()) out["description"] = reply.description;
  for (const auto& message : reply.messages) {
    out["messages"].push_back(
        {{"role", message.role == PromptMessage::Role::user ? "user" : "assistant"},
         {"content", describe_content(message.content)}});
  }
  return out;
}

}  // namespace

PromptMethods::PromptMethods(const ServerOptions& options, const ServerParts& parts,
                             const Results& results, const Conversation& conversation)
    : options_(options), prompts_(parts.prompts), results_(results), conversation_(conversation) {}

Answer PromptMethods::list(const Request& request) const {
  Json entries = Json::array();
  for (const auto& prompt : prompts_->all()) {
    if (!may_use(options_, request.principal, prompt.scope)) continue;
    entries.push_back(describe_prompt(prompt, request.revision));
  }
  return results_.page(request, "prompts", entries, false);
}

Async<Answer> PromptMethods::get(Request& request) const {
  const auto name = string_or(request.params(), "name");
  const Prompt* prompt = prompts_->find(name);
  if (prompt == nullptr) {
    co_return invalid_params(request.id(),
                             fmt::format("Unknown prompt: {}; prompts/list names those there are",
                                         shorten_bytes(name, 80)));
  }
  if (!may_use(options_, request.principal, prompt->scope)) {
    co_return scope_answer(request.id(), name, prompt->scope);
  }
  const auto arguments = text_arguments(object_or_empty(request.params(), "arguments"));
  for (const auto& argument : prompt->arguments) {
    if (argument.required && !arguments.contains(argument.name)) {
      co_return invalid_params(request.id(), fmt::format("{} needs the argument \"{}\", a string",
                                                         prompt->name, argument.name));
    }
  }
  auto context = conversation_.context_of(request, nullptr);
  if (auto refused = co_await conversation_.take_answers(request, context)) {
    co_return std::move(*refused);
  }
  co_return co_await converse(request, *prompt, arguments, std::move(context));
}

Async<Answer> PromptMethods::converse(const Request& request, const Prompt& prompt,
                                      const PromptArguments& arguments, CallContext context) const {
  for (int round = 0; round <= Conversation::kMaxRounds; ++round) {
    auto outcome = co_await prompt.get(arguments, context);
    if (!outcome && outcome.error().code == Errc::invalid_argument) {
      co_return invalid_params(request.id(), outcome.error().message);
    }
    if (!outcome) co_return failure_answer(request.id(), outcome.error());
    auto* need = std::get_if<NeedInput>(&*outcome);
    if (need == nullptr) {
      const auto result = describe_reply(std::get<PromptReply>(*outcome));
      co_return results_.complete(request, members_of(result));
    }
    if (request.modern()) {
      auto asked = conversation_.ask_by_result(request, std::move(*need), context);
      if (asked) co_return std::move(*asked);
    } else {
      auto asked = co_await conversation_.ask_by_request(request, std::move(*need), context);
      if (!asked) co_return failure_answer(request.id(), asked.error());
    }
  }
  co_return error_answer(request.id(), rpc::kInternalError, "The prompt did not come to an end");
}

}  // namespace mtc::mcp
