// What tests of the client share: a scripted network, credentials that can be renewed, a clock that
// stands still.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "adapters/tencent/client.h"
#include "infra/http/scripted_transport.h"
#include "infra/loop/run.h"

namespace mtc::tencent {

inline constexpr TimePoint kNow{std::chrono::seconds(1767229320)};  // 2026-01-01T01:02:00Z

inline std::string good(std::string_view members = R"("TotalCount":1)") {
  return R"({"Response":{)" + std::string(members) + R"(,"RequestId":"req-1"}})";
}
inline std::string bad(std::string_view code, std::string_view message = "no") {
  return R"({"Response":{"Error":{"Code":")" + std::string(code) + R"(","Message":")" +
         std::string(message) + R"("},"RequestId":"req-2"}})";
}

// Temporary credentials whose token changes with each refresh.
struct FakeCredentials final : CredentialProvider {
  int refreshed = 0;
  Credentials make() const {
    return {
        .secret_id = "id-1", .secret_key = "key-1", .token = "token-" + std::to_string(refreshed)};
  }
  Async<Result<Credentials>> current() override { co_return make(); }
  Async<Result<Credentials>> refresh() override {
    ++refreshed;
    co_return make();
  }
};

struct World {
  ScriptedTransport http;
  FakeCredentials credentials;
  FakeClock clock;
  FakeSleeper sleeper;
  SeededRandom random{7};
  ClientOptions options;
  std::unique_ptr<TencentClient> made;

  World() {
    clock.time = kNow;
    sleeper.clock = &clock;
  }
  TencentClient& client() {
    if (!made)
      made = std::make_unique<TencentClient>(http, credentials, clock, sleeper, random, options);
    return *made;
  }
  Result<Json> call(ApiCall api_call) { return run(client().call(std::move(api_call))); }
};

inline ApiCall reading() {
  return {.service = "cls",
          .version = "2020-10-16",
          .action = "DescribeTopics",
          .region = "ap-guangzhou",
          .body = Json{{"Limit", 1}}};
}
inline ApiCall changing() {
  auto call = reading();
  call.action = "CreateTopic";
  call.read_only = false;
  return call;
}

inline std::string header(const OutboundRequest& request, std::string_view name) {
  return std::string(find_header(request.headers, name));
}

}  // namespace mtc::tencent
