// completion/complete.
#pragma once

#include <expected>
#include <string>

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/conversation.h"
#include "mcp/prompt_registry.h"
#include "mcp/request.h"
#include "mcp/resource_registry.h"
#include "mcp/results.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

class Completion {
 public:
  // All references outlive it.
  Completion(const ServerOptions& options, const ServerParts& parts, const Results& results,
             const Conversation& conversation);

  // Whether anything can be completed.
  bool offered() const;

  Async<Answer> complete(Request& request) const;

 private:
  // Null: nothing is known of that argument, or it is not for this principal.
  std::expected<const Completer*, Answer> of_prompt(const Request& request, const Json& ref,
                                                    const std::string& argument) const;
  std::expected<const Completer*, Answer> of_resource(const Request& request, const Json& ref,
                                                      const std::string& variable) const;

  const ServerOptions& options_;
  const ResourceRegistry* const resources_;
  const PromptRegistry* const prompts_;
  const Results& results_;
  const Conversation& conversation_;
};

}  // namespace mtc::mcp
