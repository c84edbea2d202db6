// The cluster of a small shop that the demo and many tests talk about: what runs in shop-prod,
// shop-test and kube-system on five TKE nodes, with a few days of history.
#pragma once

#include <string>

#include "emulator/kubernetes/kubernetes_api.h"

namespace mtc::emulator::kubernetes {

struct DemoTokens {
  std::string admin;   // system:masters
  std::string ops;     // tke:ops
  std::string reader;  // tke:ro
  std::string tester;  // tke:ns:dev in shop-test only
};

struct DemoShop {
  Cluster* cluster = nullptr;
  DemoTokens tokens;
};

constexpr const char* kDemoClusterId = "cls-demo0001";

// All of it is ready at the clock's now. Versions of ccr.ccs.tencentyun.com/shop/<service>:
//   what runs and the one before it    work
//   payment:v42 and *:crash            crash twenty seconds after their start, the database refuses
//   *:never-ready                      fail their readiness probe for ever
//   *:slow                             take a minute and a half to become ready
//   *:leak                             grow by 2 MiB a second until they are killed
//   any other                          do not exist
// Of all other images *:missing* do not exist, *:crash* end a second after their start with exit
// code 1, *:never-ready* stay unready, *:complete* end well after a second; the rest works.
// order-service crashes while its ConfigMap order-config says "pool_size=0".
DemoShop add_demo_shop(KubernetesApi& api, const Clock& clock, Random& random);

}  // namespace mtc::emulator::kubernetes
