// tools/list and tools/call.
#pragma once

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/conversation.h"
#include "mcp/registry.h"
#include "mcp/request.h"
#include "mcp/results.h"
#include "mcp/server_options.h"
#include "mcp/tasks.h"

namespace mtc::mcp {

class ToolCalls {
 public:
  // All references outlive it.
  ToolCalls(const ToolRegistry& tools, const ServerOptions& options, const ServerParts& parts,
            const Results& results, const Conversation& conversation);

  Answer list(const Request& request) const;
  // Runs until the tool has answered, asked or handed over to a task.
  Async<Answer> call(Request& request) const;

 private:
  Async<Answer> converse(const Request& request, const Tool& tool, Json arguments,
                         CallContext context) const;
  Async<std::optional<Answer>> begin_task(const Request& request, const Tool& tool,
                                          const Json& arguments, const CallContext& context,
                                          const LongWork& work) const;
  Async<Answer> hand_over(const Request& request, const Tool& tool, Task task,
                          const CallContext& context) const;
  Answer answer(const Request& request, const Tool& tool, const Result<Reply>& reply) const;

  const ToolRegistry& tools_;
  const ServerOptions& options_;
  Tasks* const tasks_;
  const Results& results_;
  const Conversation& conversation_;
};

}  // namespace mtc::mcp
