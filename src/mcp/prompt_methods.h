// prompts/…
#pragma once

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/conversation.h"
#include "mcp/prompt_registry.h"
#include "mcp/request.h"
#include "mcp/results.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

class PromptMethods {
 public:
  // All references outlive it.
  PromptMethods(const ServerOptions& options, const ServerParts& parts, const Results& results,
                const Conversation& conversation);

  // Nothing else is called unless they are.
  bool offered() const { return prompts_ != nullptr && !prompts_->empty(); }

  Answer list(const Request& request) const;
  Async<Answer> get(Request& request) const;

 private:
  // Asks until the prompt has what it needs.
  Async<Answer> converse(const Request& request, const Prompt& prompt,
                         const PromptArguments& arguments, CallContext context) const;

  const ServerOptions& options_;
  const PromptRegistry* const prompts_;
  const Results& results_;
  const Conversation& conversation_;
};

}  // namespace mtc::mcp
