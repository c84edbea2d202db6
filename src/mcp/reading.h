// resources/…, prompts/… and completion/complete.
#pragma once

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/conversation.h"
#include "mcp/prompt_registry.h"
#include "mcp/request.h"
#include "mcp/resource_registry.h"
#include "mcp/results.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

class Reading {
 public:
  // All references outlive it. The parts' resources and prompts may be missing: then nobody calls
  // for them.
  Reading(const ServerOptions& options, const ServerParts& parts, const Results& results,
          const Conversation& conversation);

  bool has_resources() const { return resources_ != nullptr && !resources_->empty(); }
  bool has_prompts() const { return prompts_ != nullptr && !prompts_->empty(); }
  bool has_completions() const;

  // Whether there is such a resource for that principal.
  bool may_read(const Principal& principal, const std::string& uri) const;

  Async<Answer> list_resources(Request& request) const;
  Answer list_templates(const Request& request) const;
  Async<Answer> read(Request& request) const;
  // Before 2026-07-28: remembered in the peer.
  Answer watch(const Request& request) const;
  Answer unwatch(const Request& request) const;

  Answer list_prompts(const Request& request) const;
  Async<Answer> get_prompt(Request& request) const;

  Async<Answer> complete(Request& request) const;

 private:
  Answer page_of(const Request& request, std::string_view name, const Json& entries,
                 bool shared) const;
  // Null, with the answer to give, unless there is such a resource for this principal.
  struct Found {
    ResourceRegistry::Match match;
    std::string uri;
    Answer refusal;
  };
  Found find_resource(const Request& request) const;

  const ServerOptions& options_;
  const ResourceRegistry* const resources_;
  const PromptRegistry* const prompts_;
  const Results& results_;
  const Conversation& conversation_;
};

}  // namespace mtc::mcp
