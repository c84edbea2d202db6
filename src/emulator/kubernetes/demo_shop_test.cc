#include "emulator/kubernetes/demo_shop.h"

#include <gtest/gtest.h>

#include "emulator/kubernetes/kube_certificates.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

struct ShopWorld {
  FakeClock clock{};
  SeededRandom random{3};
  KubernetesApi api{clock, random};
  DemoShop shop;
  ShopWorld() {
    clock.time = TimePoint(Millis(1'767'225'600'000));
    shop = add_demo_shop(api, clock, random);
  }
  Json find(const ResourceKind& kind, const char* ns, const char* name) {
    const auto object = shop.cluster->store().find(kind, {ns, name});
    return object ? object->value() : Json();
  }
};

TEST(DemoShop, IsReadyAndHasAHistory) {
  ShopWorld world;
  auto& store = world.shop.cluster->store();
  for (const auto& [id, deployment] : store.all(known::deployments())) {
    EXPECT_TRUE(condition_is(deployment->value(), "Available", "True")) << id.name;
    EXPECT_EQ(integer_at(deployment->value(), {"status", "readyReplicas"}),
              integer_at(deployment->value(), {"spec", "replicas"}))
        << id.name;
  }
  const auto payment = world.find(known::deployments(), "shop-prod", "payment");
  EXPECT_EQ(annotation_of(payment, "deployment.kubernetes.io/revision"), "2");
  EXPECT_EQ(store.all(known::nodes()).size(), 5U);
  const auto mysql = world.find(known::stateful_sets(), "shop-prod", "mysql");
  EXPECT_EQ(integer_at(mysql, {"status", "readyReplicas"}), 2);
  const auto agent = world.find(known::daemon_sets(), "kube-system", "log-agent");
  EXPECT_EQ(integer_at(agent, {"status", "numberReady"}), 5);
  EXPECT_TRUE(
      condition_is(world.find(known::jobs(), "shop-prod", "db-migrate-v12"), "Complete", "True"));
  EXPECT_TRUE(store.all(known::events()).empty()) << "what happened long ago is forgotten";
}

TEST(DemoShop, TheBadReleaseOfPaymentCrashes) {
  ShopWorld world;
  auto& plane = world.shop.cluster->plane();
  (void)plane.registry.edit(known::deployments(), {"shop-prod", "payment"}, plane.now, Part::main,
                            [](Json& object) {
                              object["spec"]["template"]["spec"]["containers"][0]["image"] =
                                  "ccr.ccs.tencentyun.com/shop/payment:v42";
                            });
  world.clock.time += std::chrono::minutes(5);
  world.shop.cluster->advance();
  int crashing = 0;
  for (const auto& [id, pod] : plane.store.all(known::pods())) {
    const auto& status = dig(pod->value(), {"status", "containerStatuses"});
    if (status.is_array() &&
        text_at(status[0], {"state", "waiting", "reason"}) == "CrashLoopBackOff")
      ++crashing;
  }
  EXPECT_GE(crashing, 1);
}

TEST(Kubeconfig, HoldsWhatIsKnown) {
  const auto text = kubeconfig_text({.cluster = "cls-1",
                                     .server = "https://127.0.0.1:1/clusters/cls-1",
                                     .ca = "PEM",
                                     .user = "ann",
                                     .token = "t"});
  EXPECT_NE(text.find("server: \"https://127.0.0.1:1/clusters/cls-1\""), std::string::npos);
  EXPECT_NE(text.find("certificate-authority-data: UEVN"), std::string::npos);
  EXPECT_NE(text.find("token: \"t\""), std::string::npos);
  EXPECT_EQ(text.find("client-key-data"), std::string::npos);
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
