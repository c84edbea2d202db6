// Trouble on demand, for one cluster: what POST /_emulator/clusters/<id>/faults switches on.
// Counted faults hit the next n requests whose path begins with path_prefix.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "infra/http/server.h"

namespace mtc::emulator::kubernetes {

struct KubeFaults {
  std::string path_prefix;      // after /clusters/<id>; empty: every request
  bool writes = false;          // only what is kept: no dry run
  int delay_ms = 0;             // before every answer
  int errors = 0;               // answered with error_status
  int error_status = 500;       // 429, 500, 503 …
  int retry_after_seconds = 1;  // of a 429 or 503
  int drops = 0;                // connection closed in the middle of the answer
  int truncated = 0;            // half of the JSON
  int garbage = 0;              // bytes that are no JSON
  int expired_watches = 0;      // so many watches end with 410 right away

  bool concerns(const HttpRequest& request, std::string_view path) const;
};

// Starts from no faults: what is absent is off. The message names a bad member.
Result<KubeFaults> parse_kube_faults(const Json& json);
Json show_kube_faults(const KubeFaults& faults);

}  // namespace mtc::emulator::kubernetes
