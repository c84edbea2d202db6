// What the fuzzed MCP servers serve: tools that answer, ask, take long, talk, wait and break down,
// resources, prompts, completions and news. All bounded, so that no input makes a large or a slow
// answer.
#pragma once

#include "mcp/change_hub.h"
#include "mcp/prompt_registry.h"
#include "mcp/registry.h"
#include "mcp/resource_registry.h"

namespace mtc::mcp {

// The same for every input. The tools "publish…" tell `changes`.
struct Catalogue {
  explicit Catalogue(ChangeHub& changes);
  ToolRegistry tools;
  ResourceRegistry resources;
  PromptRegistry prompts;
};

}  // namespace mtc::mcp
