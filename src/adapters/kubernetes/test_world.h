// A cluster that gives scripted answers, and an API that asks it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "adapters/kubernetes/kubernetes_api.h"
#include "infra/http/scripted_transport.h"
#include "infra/loop/run.h"

namespace mtc::kubernetes {

// A metav1.Status as a cluster sends it.
inline std::string status(int code, std::string_view reason, std::string_view message,
                          Json details = Json::object()) {
  return Json{{"kind", "Status"},
              {"apiVersion", "v1"},
              {"metadata", Json::object()},
              {"status", "Failure"},
              {"message", message},
              {"reason", reason},
              {"details", std::move(details)},
              {"code", code}}
      .dump();
}

struct World {
  ScriptedTransport http;
  FakeClock clock;
  FakeSleeper sleeper;
  SeededRandom random{1};
  Kubeconfig config{.server = "https://10.0.0.20/clusters/a",
                    .host = "10.0.0.20",
                    .tls = {.ca = "CA", .certificate = "CERT", .key = "KEY"}};
  ApiOptions options{};

  World() {
    clock.time = TimePoint(Millis{1'767'229'320'000});  // 2026-01-01 01:02 UTC
    sleeper.clock = &clock;
  }
  KubernetesApi& api() {
    if (!api_) api_.emplace(http, config, clock, sleeper, random, options);
    return *api_;
  }
  // What follows the server's address in a request.
  std::string path(std::size_t request) const {
    return http.requests.at(request).url.substr(config.server.size());
  }
  Json body(std::size_t request) const { return Json::parse(http.requests.at(request).body); }
  std::string header(std::size_t request, std::string_view name) const {
    return std::string(find_header(http.requests.at(request).headers, name));
  }

 private:
  std::optional<KubernetesApi> api_;
};

inline const clusters::ObjectRef kOrder{
    .api_version = "apps/v1", .kind = "Deployment", .ns = "shop", .name = "order"};

}  // namespace mtc::kubernetes
