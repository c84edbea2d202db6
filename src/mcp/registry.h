// The tools a server offers, in the order they were added, with their catalogue already written for
// every revision.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "mcp/revisions.h"
#include "mcp/tool.h"

namespace mtc::mcp {

// An argument that the client repeats as the HTTP header Mcp-Param-<name>, so that proxies can
// route by it
// ("x-mcp-header" in the input schema).
struct HeaderParam {
  std::string header;             // "Mcp-Param-Cluster"
  std::vector<std::string> path;  // members from the arguments' root to the value
};

// Tools are added before the first request, on the executor's thread.
class ToolRegistry {
 public:
  // Errc::invalid_argument (with the tool's name and what is wrong) for a name outside
  // ^[a-z][a-z0-9_]{0,63}$ or taken, an empty description, a missing handler, schemas whose root is
  // not an object, or a broken x-mcp-header. A program that offers such a tool should not start.
  Result<> add(Tool tool);

  // Null if there is none. The pointer stays valid as long as the registry.
  const Tool* find(std::string_view name) const;
  const std::deque<Tool>& all() const { return tools_; }
  const std::vector<HeaderParam>& header_params(std::string_view tool) const;

  // The "tools" array as text, without what that revision does not know; made once.
  std::shared_ptr<const std::string> catalogue(Revision revision) const;
  // The same of the tools [begin, end).
  std::string entries(Revision revision, std::size_t begin, std::size_t end) const;

 private:
  std::deque<Tool> tools_;
  std::unordered_map<std::string_view, std::size_t> places_;  // keys live in tools_
  std::vector<std::vector<HeaderParam>> header_params_;       // by place
  // Made when first asked for, and again after add().
  mutable std::array<std::shared_ptr<const std::string>, kRevisions.size()> catalogues_;
  std::array<std::vector<std::string>, kRevisions.size()> entries_;
};

// One entry of tools/list.
Json describe_tool(const Tool& tool, Revision revision);

}  // namespace mtc::mcp
