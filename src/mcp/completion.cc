#include "mcp/completion.h"

#include <algorithm>

#include "mcp/render.h"
#include "mcp/scopes.h"
#include "mcp/text_arguments.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxValues = 100;

}  // namespace

Completion::Completion(const ServerOptions& options, const ServerParts& parts,
                       const Results& results, const Conversation& conversation)
    : options_(options),
      resources_(parts.resources),
      prompts_(parts.prompts),
      results_(results),
      conversation_(conversation) {}

bool Completion::offered() const {
  return (resources_ != nullptr && resources_->has_completers()) ||
         (prompts_ != nullptr && prompts_->has_completers());
}

std::expected<const Completer*, Answer> Completion::of_prompt(const Request& request,
                                                              const Json& ref,
                                                              const std::string& argument) const {
  const Prompt* prompt = prompts_ == nullptr ? nullptr : prompts_->find(string_or(ref, "name"));
  if (prompt == nullptr) {
    return std::unexpected(invalid_params(request.id(), "ref: there is no such prompt"));
  }
  const auto it = std::ranges::find(prompt->arguments, argument, &PromptArgument::name);
  if (it == prompt->arguments.end()) {
    return std::unexpected(invalid_params(request.id(), "argument: unknown name"));
  }
  const bool may = it->complete && may_use(options_, request.principal, prompt->scope);
  return may ? &it->complete : nullptr;
}

std::expected<const Completer*, Answer> Completion::of_resource(const Request& request,
                                                                const Json& ref,
                                                                const std::string& variable) const {
  const Resource* resource =
      resources_ == nullptr ? nullptr : resources_->find_declared(string_or(ref, "uri"));
  if (resource == nullptr || !resource->is_template()) {
    return std::unexpected(invalid_params(request.id(), "ref: there is no such resource template"));
  }
  const auto it = resource->completers.find(variable);
  const bool may =
      it != resource->completers.end() && may_use(options_, request.principal, resource->scope);
  return may ? &it->second : nullptr;
}

Async<Answer> Completion::complete(Request& request) const {
  const Json& ref = object_or_empty(request.params(), "ref");
  const Json& argument = object_or_empty(request.params(), "argument");
  const auto name = string_or(argument, "name");
  const auto type = string_or(ref, "type");
  if (type != "ref/prompt" && type != "ref/resource") {
    co_return invalid_params(request.id(), "ref: \"type\" must be ref/prompt or ref/resource");
  }
  auto completer =
      type == "ref/prompt" ? of_prompt(request, ref, name) : of_resource(request, ref, name);
  if (!completer) co_return std::move(completer).error();
  std::vector<std::string> values;
  if (*completer != nullptr) {
    auto others =
        text_arguments(object_or_empty(object_or_empty(request.params(), "context"), "arguments"));
    auto found = co_await (**completer)(string_or(argument, "value"), std::move(others),
                                        conversation_.context_of(request, nullptr));
    if (!found) co_return failure_answer(request.id(), found.error());
    values = std::move(*found);
  }
  const auto total = values.size();
  if (total > kMaxValues) values.resize(kMaxValues);
  const Json completion{
      {"values", std::move(values)}, {"total", total}, {"hasMore", total > kMaxValues}};
  co_return results_.complete(request, R"("completion":)" + dump_json(completion));
}

}  // namespace mtc::mcp
