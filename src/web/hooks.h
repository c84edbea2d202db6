// The addresses to which the cloud sends alarms: /hooks/monitor and /hooks/cls. Whoever sends has a
// key, in the path, as a bearer or as a password, because neither service signs what it sends.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "domain/alerts/intake.h"
#include "domain/identity/hook.h"
#include "domain/identity/repositories.h"
#include "infra/http/server.h"

namespace mtc::web {

// Reads a body; Errc::invalid_argument names the member that is wrong.
using ParseAlarms =
    std::function<Result<std::vector<alerts::Report>>(std::string_view body, TimePoint now)>;

// All outlive the hooks.
struct HookPorts {
  identity::HookRepository& keys;
  const identity::TokenFingerprint& fingerprint;
  alerts::Intake& intake;
  const Clock& clock;
  ParseAlarms monitor, logs;
};

struct HookOptions {
  double per_second = 400;  // alarms of one key, sustained
  double burst = 20'000;    // and at once: a storm
  std::size_t most_body_bytes = 256U << 10U;
};

// One executor.
class Hooks {
 public:
  Hooks(HookPorts ports, HookOptions options) : ports_(std::move(ports)), options_(options) {}

  static bool serves(std::string_view path);

  // POST only. 200 {"kept": n} when all of them are committed, and not before. 401, always the
  // same, without a good key; 404, 405, 413, 415, 400 for what is wrong with the request; 429 and
  // 503 with Retry-After, so that the service sends it again.
  Async<> handle(HttpExchange& exchange);
  void set_options(const HookOptions& options) { options_ = options; }

 private:
  struct Sender {  // a key that was found
    identity::HookKey key;
    TimePoint read{};   // when
    double tokens = 0;  // that it may send at `counted`
    TimePoint counted{};
    std::optional<TimePoint> touched;  // when its use was noted
  };
  using SenderOf = std::shared_ptr<Sender>;

  Async<HttpResponse> answer(HttpRequest request, SenderOf& sender);
  Async<Result<SenderOf>> find(std::string key);  // null: nobody's
  std::optional<int> refuse(Sender& sender);      // seconds to wait
  Async<HttpResponse> take_in(const ParseAlarms& parse, HttpRequest request, SenderOf sender);
  Async<> touch(SenderOf sender);

  HookPorts ports_;
  HookOptions options_;
  std::map<std::string, SenderOf, std::less<>> senders_;  // by the key's fingerprint
};

}  // namespace mtc::web
