// HTTP requests to an MCP endpoint out of a few bytes, so that a fuzzer reaches far with small
// steps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "infra/http/server.h"

namespace mtc::mcp {

// What a client has learned so far.
struct Learned {
  bool tokens = false;                // are needed
  std::vector<std::string> sessions;  // ids that were given out, the newest last
  std::string last_event;             // where a stream broke off
};

// `line` has at least three bytes. The first chooses the method, the session, whose token; the
// second what is accepted and the content's type; the third whether the headers repeat the body as
// they should, the Host, and the event to go on from. Then come headers as "name:value", each ended
// by a tab, then the body.
HttpRequest request_of(std::string_view line, const Learned& learned);

// A request with a version in its _meta.
bool claims_to_be_modern(std::string_view body);

// As RFC 9110 has them for names.
bool is_token(std::string_view text);

}  // namespace mtc::mcp
