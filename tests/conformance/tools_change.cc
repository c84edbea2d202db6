// Tools that tell whoever listens that a list has changed. None has: only the news is tested.
#include "declare.h"
#include "fixture.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::Change;
using mcp::Reply;

Async<Result<Reply>> announce(mcp::ChangeHub& changes, Change::Kind kind) {
  changes.publish({.kind = kind});
  co_return say("Announced.");
}

mcp::Tool announcing(std::string name, std::string description, mcp::ChangeHub& changes,
                     Change::Kind kind) {
  return mcp::make_tool<NoArgs>(
      {.name = std::move(name),
       .description = std::move(description),
       .hints = kHarmless,
       .handler = [&changes, kind](NoArgs, CallContext) { return announce(changes, kind); }});
}

}  // namespace

void add_change_tools(mcp::ToolRegistry& tools, mcp::ChangeHub& changes) {
  add_to(tools, announcing("test_trigger_tool_change", "Announces that the tools have changed.",
                           changes, Change::Kind::tools));
  add_to(tools, announcing("test_trigger_prompt_change", "Announces that the prompts have changed.",
                           changes, Change::Kind::prompts));
}

}  // namespace mtc::conformance
