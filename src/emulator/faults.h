// Trouble on demand: what POST /_emulator/faults switches on. Counted faults hit the next n
// matching requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace mtc::emulator {

struct Faults {
  std::string action;                      // only requests of this action; empty: all
  std::vector<std::string> regions;        // only requests to these regions; empty: all
  std::optional<int> requests_per_second;  // instead of the documented limit, for every action
  std::string error_code = "InternalError";
  int errors = 0;       // answered with error_code
  int delay_ms = 0;     // before every answer
  int drops = 0;        // connection closed in the middle of the answer
  int truncated = 0;    // half of the JSON
  int garbage = 0;      // bytes that are no JSON
  int wrong_types = 0;  // right body, Content-Type: text/html
  int http_errors = 0;  // 502 from a proxy in between
  std::int64_t clock_skew_seconds =
      0;  // of the clock that judges signatures; the Date header stays true
  bool expired_contexts = false;
  bool expired_tokens = false;

  // The faults are meant for requests of this action to this region.
  bool hit(std::string_view requested_action, std::string_view region) const;
};

// Starts from no faults: what is absent is off. The message names a bad member.
Result<Faults> parse_faults(const Json& json);
Json show_faults(const Faults& faults);

}  // namespace mtc::emulator
