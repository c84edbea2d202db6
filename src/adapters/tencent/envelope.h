// The outermost layer of every answer: {"Response":{…,"RequestId":"…"}} or
// {"Response":{"Error":{…},"RequestId":"…"}}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace mtc::tencent {

struct Envelope {
  std::string request_id;
  bool failed = false;
  std::string code;     // of the error
  std::string message;  // of the error; the vendor's text
};

// Nullopt if it is anything else. Enlarges the text's capacity, if need be; does not change the
// text.
std::optional<Envelope> read_envelope(std::string& body);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110); nullopt for anything else.
std::optional<TimePoint> parse_http_date(std::string_view text);

}  // namespace mtc::tencent
