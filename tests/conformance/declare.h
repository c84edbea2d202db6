// Declaring the fixture's parts in one line each.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "base/async.h"
#include "base/fields.h"
#include "mcp/registry.h"
#include "mcp/tool.h"

namespace mtc::conformance {

struct NoArgs {};

template <class Registry, class Item>
void add_to(Registry& registry, Item item) {
  if (auto ok = registry.add(std::move(item)); !ok) throw std::logic_error(ok.error().message);
}

inline constexpr mcp::ToolHints kHarmless{
    .read_only = true, .destructive = false, .idempotent = true};

// A tool that just answers.
template <class Args>
mcp::Tool answering(std::string name, std::string description, Fields<Args> fields,
                    Async<Result<mcp::Reply>> (*handler)(Args, mcp::CallContext)) {
  return mcp::make_tool<Args>({.name = std::move(name),
                               .description = std::move(description),
                               .hints = kHarmless,
                               .fields = std::move(fields),
                               .handler = handler});
}

// A tool that asks, or takes long.
template <class Args>
mcp::Tool talking(std::string name, std::string description, Fields<Args> fields,
                  Async<Result<mcp::Outcome>> (*dialogue)(Args, mcp::CallContext),
                  mcp::TaskUse task = mcp::TaskUse::never) {
  return mcp::make_tool<Args>({.name = std::move(name),
                               .description = std::move(description),
                               .hints = kHarmless,
                               .task = task,
                               .fields = std::move(fields),
                               .dialogue = dialogue});
}

inline mcp::Reply say(std::string text) {
  return {.speech = std::move(text)};
}

}  // namespace mtc::conformance
