// What an MCP server may say, checked without the code that is to be judged.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::judge {

using Json = nlohmann::json;

// One message on one line: strict UTF-8 and JSON, then the rules below. Each aborts the program
// where a rule is broken.
Json message(std::string_view text);
// {"jsonrpc":"2.0"} and a result or an error, nothing besides; the id a string, an integer, or (of
// an error only) null or absent.
void response(const Json& message);
// A notification or a request of the kinds that a server makes.
void said_unasked(const Json& message);
// An answer to `asked`, which is what the client wrote: one response, with the same id. `due` says
// whether an answer must come at all; nullopt is none.
void answer(std::string_view asked, const std::optional<std::string>& given, bool due);

// What a client wrote, as JSON-RPC 2.0 reads it.
struct Asked {
  bool json = false;
  bool batch = false;
  bool request = false;       // well-formed, with an id
  bool notification = false;  // well-formed, without
  bool response = false;
  std::string id;  // of a request: its compact JSON
  std::string method;
};
Asked read(std::string_view text);

// Server-sent events as a browser reads them (WHATWG HTML §9.2.6).
struct Event {
  std::string type;
  std::string data;
  std::string last_id;
};
struct Events {
  std::vector<Event> all;
  std::optional<long> retry;
  std::string last_id;     // where a client that comes back goes on from
  std::string unfinished;  // after the last blank line
};
Events events(std::string_view stream);

}  // namespace mtc::judge
