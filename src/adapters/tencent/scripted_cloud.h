// A Tencent Cloud account whose answers a test scripts.
#pragma once

#include <string>

#include "adapters/tencent/client.h"
#include "infra/http/scripted_transport.h"

namespace mtc::tencent {

struct ScriptedCloud {
  ScriptedTransport http;
  StaticCredentials credentials{{.secret_id = "id", .secret_key = "key"}};
  FakeClock clock;
  FakeSleeper sleeper;
  SeededRandom random{7};
  TencentClient client{http, credentials, clock, sleeper, random};

  ScriptedCloud() {
    clock.time = TimePoint(std::chrono::seconds(1795323600));  // 2026-11-22T05:00Z
    sleeper.clock = &clock;
  }
  // The next answer: these members, or this error.
  ScriptedCloud& answer(Json members) {
    members["RequestId"] = "req-1";
    http.answer(200, dump_json({{"Response", std::move(members)}}));
    return *this;
  }
  ScriptedCloud& refuse(std::string code) {
    return answer({{"Error", {{"Code", std::move(code)}, {"Message", "no"}}}});
  }
  // Of the requests so far.
  Json body(std::size_t request) const { return *parse_json(http.requests.at(request).body); }
  std::string action(std::size_t request) const {
    return std::string(find_header(http.requests.at(request).headers, "X-TC-Action"));
  }
  std::string version(std::size_t request) const {
    return std::string(find_header(http.requests.at(request).headers, "X-TC-Version"));
  }
};

}  // namespace mtc::tencent
