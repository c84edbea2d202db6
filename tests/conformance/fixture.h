// What the public conformance suites call: tools, resources and prompts under names they prescribe.
// Each group stands in a file of its own.
#pragma once

#include "mcp/change_hub.h"
#include "mcp/prompt_registry.h"
#include "mcp/registry.h"
#include "mcp/resource_registry.h"

namespace mtc::conformance {

// All of them throw std::logic_error if the registry refuses something.

// The suites call the first tool of the list without arguments: it is the first of these.
void add_content_tools(mcp::ToolRegistry& tools);
// They say something before they answer: progress, log messages.
void add_reporting_tools(mcp::ToolRegistry& tools);
// They ask once, and say what came back.
void add_asking_tools(mcp::ToolRegistry& tools);
// They ask as 2026-07-28 does: several things at once, in rounds, with state.
void add_input_tools(mcp::ToolRegistry& tools);
void add_task_tools(mcp::ToolRegistry& tools);
// Their entries in the list are what counts.
void add_schema_tools(mcp::ToolRegistry& tools);
// They announce changes; `changes` outlives the registry.
void add_change_tools(mcp::ToolRegistry& tools, mcp::ChangeHub& changes);

void add_resources(mcp::ResourceRegistry& resources);
void add_prompts(mcp::PromptRegistry& prompts);

}  // namespace mtc::conformance
