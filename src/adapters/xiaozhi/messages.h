// The few JSON-RPC texts that the endpoint itself writes or reads; all others are the MCP server's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

namespace mtc::xiaozhi {

enum class Trouble {
  too_slow,  // no answer in time
  too_busy,  // too many messages at once
  too_long,  // the answer would break the caller's connection
  failed,    // the handler broke
};

// What to answer to `request` instead of the real thing: for a tool call a result in words, which
// is what gets spoken, for other requests a JSON-RPC error with the same id. Nullopt if `request`
// is no request.
std::optional<std::string> answer_to_trouble(std::string_view request, Trouble trouble,
                                             Language language);

// {"jsonrpc":"2.0","id":"…","method":"ping"}
std::string ping_message(std::string_view id);

// What a message says about the ping of that id.
enum class PingAnswer {
  none,  // not an answer to it
  answered,
  no_tool,  // the relay's -32001 or -32002: no tool server is registered, or it cannot be reached
};
PingAnswer read_ping_answer(std::string_view message, std::string_view id);

}  // namespace mtc::xiaozhi
