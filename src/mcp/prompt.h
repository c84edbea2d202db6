// A prompt: a conversation's beginning that a person picks, as one value.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "mcp/call_context.h"
#include "mcp/reply.h"
#include "mcp/resource.h"

namespace mtc::mcp {

struct PromptArgument {
  std::string name;
  std::string description;
  bool required = false;
  Completer complete{};
};

struct PromptMessage {
  enum class Role { user, assistant };
  Role role = Role::user;
  std::variant<std::string, Picture, ResourceContents> content;
};

struct PromptReply {
  std::string description;
  std::vector<PromptMessage> messages;  // at least one
};

using PromptArguments = std::map<std::string, std::string>;

struct Prompt {
  std::string name;  // ^[a-z][a-z0-9_]{0,63}$
  std::string title;
  std::string description;
  std::vector<PromptArgument> arguments;
  std::string scope;
  // The required arguments are there. LongWork is not an answer here.
  std::function<Async<Result<std::variant<PromptReply, NeedInput>>>(PromptArguments, CallContext)>
      get;
};

}  // namespace mtc::mcp
