// A server with everything a client may meet: tools that ask, resources, prompts, tasks, changes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mcp/change_hub.h"
#include "mcp/prompt_registry.h"
#include "mcp/request_state.h"
#include "mcp/resource_registry.h"
#include "mcp/testing/fake_tasks.h"
#include "mcp/testing/test_tools.h"

namespace mtc::mcp {

Tool dialogue_tool(std::string name,
                   std::function<Async<Result<Outcome>>(NoArgs, CallContext)> dialogue,
                   TaskUse task = TaskUse::never);
Async<Result<Outcome>> ask_forever(NoArgs, CallContext);
Async<Result<Outcome>> work_long(NoArgs, CallContext context);

Async<Result<ResourceContents>> read_note(std::string uri, UriVariables variables, CallContext);
// As many as the typed number says, or what the other argument is.
Async<Result<std::vector<std::string>>> complete_note(std::string typed,
                                                      std::map<std::string, std::string> others,
                                                      CallContext);

using PromptOutcome = Result<std::variant<PromptReply, NeedInput>>;
Async<PromptOutcome> greet(PromptArguments arguments, CallContext);

struct RichWorld {
  RichWorld();

  // Made when first asked for, from what the options and parts are then.
  Server& server();

  Turnstile gate;
  Turnstile other_gate;
  FakeClock clock;
  SeededRandom random{3};
  SecretBox box{KeyRing::generate(random), random};
  UsedOnceInMemory used{clock};
  RequestStates states{box, used, clock, random};
  ChangeHub hub;
  FakeTasks tasks;
  ToolRegistry tools;
  ResourceRegistry resources;
  PromptRegistry prompts;
  ServerOptions options{.name = "rich", .version = "1"};
  ServerParts parts{.resources = &resources,
                    .prompts = &prompts,
                    .tasks = &tasks,
                    .states = &states,
                    .changes = &hub};
  std::optional<Server> made;

 private:
  void add_resources();
  void add_prompts();
};

}  // namespace mtc::mcp
