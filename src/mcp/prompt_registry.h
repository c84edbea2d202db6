// The prompts a server offers, in the order they were added.
#pragma once

#include <deque>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "mcp/prompt.h"
#include "mcp/revisions.h"

namespace mtc::mcp {

// All prompts are added before the first request; not safe from several threads.
class PromptRegistry {
 public:
  // Errc::invalid_argument (with the name and what is wrong) for a name outside
  // ^[a-z][a-z0-9_]{0,63}$ or taken, an empty description, a missing handler, or arguments without
  // names of their own.
  Result<> add(Prompt prompt);
  const Prompt* find(std::string_view name) const;  // null: there is none
  const std::deque<Prompt>& all() const { return prompts_; }
  bool empty() const { return prompts_.empty(); }
  bool has_completers() const;

 private:
  std::deque<Prompt> prompts_;
};

// One entry of prompts/list.
Json describe_prompt(const Prompt& prompt, Revision revision);

}  // namespace mtc::mcp
