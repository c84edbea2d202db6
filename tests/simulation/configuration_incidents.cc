// Configuration that does not fit the program.
#include "scene.h"

namespace mtc::simulation {

using namespace std::chrono_literals;

std::vector<Incident> configuration_incidents() {
  const Alarm orders{.workload = "order-service", .after = 4min};
  return {
      {.name = "bad ConfigMap, pods restarted",
       .why = "the ConfigMap goes back",
       .alarms = {orders},
       .strike = [](World& world) -> Async<> {
         co_await set_config(world, "order-config", "application.properties", "pool_size=0\n");
         co_await restart(world, {"order-service"});
       }},
      {.name = "bad ConfigMap, only errors show it",
       .why = "the ConfigMap goes back",
       .alarms = {orders},
       .strike = [](World& world) -> Async<> {
         world.set_errors("order-service", [](World& now) {
           return now.config_says("order-config", "feature.coupons", "broken") ? 0.4 : 0.002;
         });
         co_await set_config(world, "order-config", "feature.coupons", "broken");
         co_await restart(world, {"order-service"});
       }},
      {.name = "bad Secret after a rotation",
       .why = "the Secret goes back",
       .alarms = {orders},
       .strike = [](World& world) -> Async<> {
         world.cluster().behaviours().add({.image = shop_image("order-service", "*"),
                                           .config_kind = "Secret",
                                           .config_name = "mysql-credentials",
                                           .key = "password",
                                           .contains = "wrong",
                                           .behaviour = crashing()});
         co_await set_secret(world, "mysql-credentials", "password", "wrong-password");
         co_await restart(world, {"order-service"});
       }},
      {.name = "ConfigMap deleted, pods restarted",
       .why = "it is made anew as it was",
       .alarms = {orders},
       .strike = [](World& world) -> Async<> {
         co_await remove(world, "ConfigMap", "order-config");
         co_await restart(world, {"order-service"});
       }},
      {.name = "new version together with a bad ConfigMap",
       .why = "both go back",
       .alarms = {orders},
       .strike = [](World& world) -> Async<> {
         co_await set_config(world, "order-config", "application.properties", "pool_size=0\n");
         co_await release(world, {"order-service"}, "crash");
       }},
      {.name = "configuration put right already, pods still have the old one",
       .why = "a restart reads it",
       .alarms = {orders},
       .strike = [](World& world) -> Async<> {
         behaves_with(world, shop_image("order-service", "*"), "order-config", "feature.coupons",
                      "broken", never_ready());
         co_await set_config(world, "order-config", "feature.coupons", "broken");
         co_await delete_pods(world, "order-service");
         co_await world.pass(1min);
         co_await set_config(world, "order-config", "feature.coupons", "true");
       }},
      {.name = "probe changed to a path that is not there",
       .why = "the template goes back",
       .strike = [](World& world) -> Async<> {
         behaves(world, shop_image("payment", "v41-probe"), never_ready());
         co_await release(world, {"payment"}, "v41-probe");
       }},
  };
}

}  // namespace mtc::simulation
