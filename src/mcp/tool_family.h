// Several tools as one, for clients whose model can choose among few: which of them is meant is an
// argument.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mcp/tool.h"

namespace mtc::mcp {

struct FamilyMember {
  std::string action;  // the word that chooses it: "scale"
  Tool tool;
};

struct ToolFamily {
  std::string name;
  std::string title;
  std::string description;  // of the whole; the members' own descriptions are not shown
  std::vector<FamilyMember> members;
};

// A tool with the argument "action" and the arguments of all members; those that only one member
// has say whose they are. Required is what every member requires; what a member requires besides,
// it asks for when called. An argument that only other members know is dropped, as models of that
// size fill in what they see. Errc::invalid_argument, with the family's name and what is wrong,
// where members need different scopes, give one argument different types, or one has an argument
// "action" itself.
Result<Tool> make_tool_family(ToolFamily family);

}  // namespace mtc::mcp
