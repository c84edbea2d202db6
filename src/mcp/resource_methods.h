// resources/…
#pragma once

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/conversation.h"
#include "mcp/request.h"
#include "mcp/resource_registry.h"
#include "mcp/results.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

class ResourceMethods {
 public:
  // All references outlive it.
  ResourceMethods(const ServerOptions& options, const ServerParts& parts, const Results& results,
                  const Conversation& conversation);

  // Nothing but may_read() is called unless they are.
  bool offered() const { return resources_ != nullptr && !resources_->empty(); }

  // Whether there is such a resource for that principal.
  bool may_read(const Principal& principal, const std::string& uri) const;

  Async<Answer> list(Request& request) const;
  Answer list_templates(const Request& request) const;
  Async<Answer> read(Request& request) const;
  // Before 2026-07-28: remembered in the peer.
  Answer watch(const Request& request) const;
  Answer unwatch(const Request& request) const;

 private:
  // Null, with the answer to give, unless there is such a resource for this principal.
  struct Found {
    ResourceRegistry::Match match;
    std::string uri;
    Answer refusal;
  };
  Found find(const Request& request) const;

  const ServerOptions& options_;
  const ResourceRegistry* const resources_;
  const Results& results_;
  const Conversation& conversation_;
};

}  // namespace mtc::mcp
