#include "mcp/prompt_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mcp/names.h"

namespace mtc::mcp {
namespace {

Result<> check(const Prompt& prompt) {
  const auto wrong = [](std::string_view why) {
    return fail(Errc::invalid_argument, std::string(why));
  };
  if (!is_name(prompt.name)) return wrong(kNameRule);
  if (trim(prompt.description).empty()) return wrong("the description is empty");
  if (!prompt.get) return wrong("there is no handler");
  std::set<std::string_view> names;
  for (const auto& argument : prompt.arguments) {
    if (argument.name.empty() || !names.insert(argument.name).second) {
      return wrong("each argument needs a name of its own");
    }
  }
  return {};
}

}  // namespace

Result<> PromptRegistry::add(Prompt prompt) {
  const auto context = fmt::format("prompt \"{}\"", shorten_bytes(prompt.name, 80));
  if (auto ok = check(prompt); !ok) return fail_in(context, ok.error());
  if (find(prompt.name) != nullptr) {
    return fail(Errc::invalid_argument, context + ": there is one of that name already");
  }
  prompts_.push_back(std::move(prompt));
  return {};
}

const Prompt* PromptRegistry::find(std::string_view name) const {
  const auto it = std::ranges::find(prompts_, name, &Prompt::name);
  return it == prompts_.end() ? nullptr : &*it;
}

bool PromptRegistry::has_completers() const {
  return std::ranges::any_of(prompts_, [](const Prompt& prompt) {
    return std::ranges::any_of(prompt.arguments,
                               [](const auto& argument) { return bool(argument.complete); });
  });
}

Json describe_prompt(const Prompt& prompt, Revision revision) {
  Json arguments = Json::array();
  for (const auto& argument : prompt.arguments) {
    Json one{{"name", argument.name}, {"required", argument.required}};
    if (!argument.description.empty()) one["description"] = argument.description;
    arguments.push_back(std::move(one));
  }
  Json out{{"name", prompt.name}, {"description", prompt.description}};
  if (has_titles(revision) && !prompt.title.empty()) out["title"] = prompt.title;
  if (!arguments.empty()) out["arguments"] = std::move(arguments);
  return out;
}

}  // namespace mtc::mcp
