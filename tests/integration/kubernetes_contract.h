// The product's client and the stand-in of a shop's cluster, over loopback and HTTPS, on one clock
// that stands still until a test or a pause of the client moves it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "adapters/kubernetes/kubernetes_api.h"
#include "emulator/kubernetes/demo_shop.h"
#include "emulator/kubernetes/kube_certificates.h"
#include "infra/http/client.h"
#include "infra/loop/sleeper.h"

namespace mtc {

struct KubernetesContract {
  KubernetesContract();

  FakeClock clock;
  SeededRandom random{1};
  FakeSleeper sleeper;
  emulator::kubernetes::KubernetesApi stand_in;
  emulator::kubernetes::DemoShop shop;
  CurlTransport http;
  SystemClock system_clock;  // of the certificates
  emulator::kubernetes::KubeCertificates certificates;
  std::string url;                                   // of the cluster; once it serves
  std::unique_ptr<kubernetes::KubernetesApi> admin;  // by certificate

  // The same cluster for somebody with a token.
  std::unique_ptr<kubernetes::KubernetesApi> as(const std::string& token,
                                                kubernetes::ApiOptions options = {});
  std::unique_ptr<kubernetes::KubernetesApi> by(const KeyedCertificate& certificate,
                                                const std::string& ca);
  emulator::kubernetes::KubeFaults& faults() { return shop.cluster->faults; }
  void pass(std::chrono::seconds time) { clock.time += time; }

 private:
  std::unique_ptr<kubernetes::KubernetesApi> connect(const emulator::kubernetes::KubeAccess& access,
                                                     kubernetes::ApiOptions options);
};

// Serves the cluster while the scenario runs.
void play(Async<> (*scenario)(KubernetesContract& it));

// The value, or a failed test with the error and an empty value.
template <class T>
T good(Result<T> result) {
  if (result) return std::move(*result);
  ADD_FAILURE() << name_of(result.error().code) << ": " << result.error().message;
  return T{};
}
inline void good(const Result<>& result) {
  EXPECT_TRUE(result) << name_of(result.error().code) << ": " << result.error().message;
}
// The error, or a failed test and an empty one.
template <class T>
Error bad(const Result<T>& result) {
  EXPECT_FALSE(result) << "this should have failed";
  return result ? Error{} : result.error();
}

inline clusters::ObjectRef deployment(std::string name, std::string ns = "shop-prod") {
  return {
      .api_version = "apps/v1", .kind = "Deployment", .ns = std::move(ns), .name = std::move(name)};
}

}  // namespace mtc
