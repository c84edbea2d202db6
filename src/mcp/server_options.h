// What a server is made of.
#pragma once

#include <functional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "mcp/call_context.h"
#include "mcp/principal.h"
#include "mcp/reply.h"

namespace mtc::mcp {

class ChangeHub;
class PromptRegistry;
class RequestStates;
class ResourceRegistry;
class Tasks;
struct Task;

using ScopeRule = std::function<bool(const Principal&, const std::string& scope)>;

struct ServerOptions {
  std::string name;
  std::string title;
  std::string version;
  std::string description;
  std::string instructions;  // for the model, how to use the tools together; may be empty
  // How long clients may keep the catalogue, and whether caches may share it between users.
  Millis catalogue_ttl{300'000};
  bool catalogue_is_public = true;
  // Whether a principal may use tools of that scope; empty: it holds exactly that scope.
  ScopeRule allows;
  // Offers log messages to clients older than 2026-07-28.
  bool logging = false;
  std::size_t page_size = 100;
  Millis ask_patience{300'000};  // how long a person may take to answer

  // What a client without the Tasks extension is told when long work has begun as a task; empty:
  // such clients wait for the work itself.
  std::function<Async<Reply>(Task, CallContext)> say_started;
  Millis task_patience{5'000};        // before that is said: quick work needs no task
  Millis voice_task_patience{2'000};  // the same for those who listen
};

// The optional parts; null: the server does not have them. All outlive it.
struct ServerParts {
  const ResourceRegistry* resources = nullptr;
  const PromptRegistry* prompts = nullptr;
  Tasks* tasks = nullptr;
  const RequestStates* states = nullptr;  // needed where handlers ask and remember
  ChangeHub* changes = nullptr;
};

}  // namespace mtc::mcp
