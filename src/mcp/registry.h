// The tools a server offers, in the order they were added, with their catalogue already written for
// every revision.
#pragma once

#include <array>
#include <deque>
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

// All tools are added before the first request; not safe from several threads.
class ToolRegistry {
 public:
  ToolRegistry();

  // Errc::invalid_argument (with the tool's name and what is wrong) for a name outside
  // ^[a-z][a-z0-9_]{0,63}$ or taken, an empty description, a missing handler, schemas whose root is
  // not an object, or a broken x-mcp-header. A program that offers such a tool should not start.
  Result<> add(Tool tool);

  // Null if there is none. The pointer stays valid as long as the registry.
  const Tool* find(std::string_view name) const;
  const std::deque<Tool>& all() const { return tools_; }
  const std::vector<HeaderParam>& header_params(std::string_view tool) const;

  // The "tools" array as text, without what that revision does not know.
  const std::string& catalogue(Revision revision) const;

 private:
  std::deque<Tool> tools_;
  std::unordered_map<std::string_view, std::size_t> places_;  // keys live in tools_
  std::vector<std::vector<HeaderParam>> header_params_;       // by place
  std::array<std::string, kRevisions.size()> catalogues_;
};

// One entry of tools/list.
Json describe_tool(const Tool& tool, Revision revision);

}  // namespace mtc::mcp
