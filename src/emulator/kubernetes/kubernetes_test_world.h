// What the tests of the Kubernetes stand-in share: one cluster with two nodes, a clock that stands
// still until a test moves it, and requests without a network.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "emulator/kubernetes/kubernetes_api.h"
#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {

struct TestAnswer {
  int status = 0;
  std::string body;
  Json json;  // null if the body is none
  HttpHeaders headers;
  std::string message() const { return string_or(json, "message"); }
  std::string reason() const { return string_or(json, "reason"); }
};

struct TestRequest {
  std::string method = "GET";
  std::string path;  // after /clusters/test, with the query
  Json body;
  std::string content_type = "application/json";
  std::string token = "admin-token";
  std::string accept;
  std::string client_name;  // of a verified certificate
  std::vector<std::string> client_groups;
  std::string prefix = "/clusters/test";
};

struct KubeWorld {
  FakeClock clock{};
  SeededRandom random{5};
  KubernetesApi api{clock, random};
  Cluster* cluster = nullptr;

  explicit KubeWorld(int nodes = 2);

  TestAnswer send(TestRequest request);
  TestAnswer get(std::string path) { return send({.path = std::move(path)}); }
  TestAnswer post(std::string path, Json body) {
    return send({"POST", std::move(path), std::move(body)});
  }
  TestAnswer put(std::string path, Json body) {
    return send({"PUT", std::move(path), std::move(body)});
  }
  TestAnswer patch(std::string path, Json body,
                   std::string type = "application/strategic-merge-patch+json") {
    return send({"PATCH", std::move(path), std::move(body), std::move(type)});
  }
  TestAnswer remove(std::string path, Json body = nullptr) {
    return send({"DELETE", std::move(path), std::move(body)});
  }
  void pass(std::int64_t seconds);

  // "web" with that image: 3 replicas, label app=web, a readiness probe.
  Json deployment(const std::string& name, const std::string& image, int replicas = 3) const;
  Json pod(const std::string& name, const std::string& image) const;
  std::vector<Json> pods(const std::string& selector = {});
  Json event(const std::string& reason);  // the first one of that reason, or null
  ControlPlane& plane() { return cluster->plane(); }
};

inline constexpr const char* kDeployments = "/apis/apps/v1/namespaces/default/deployments";
inline constexpr const char* kPods = "/api/v1/namespaces/default/pods";

}  // namespace mtc::emulator::kubernetes
