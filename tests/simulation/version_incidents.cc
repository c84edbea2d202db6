// Releases that went wrong.
#include "scene.h"

namespace mtc::simulation {

using namespace std::chrono_literals;

std::vector<Incident> version_incidents() {
  return {
      {.name = "bad image tag",
       .why = "back to v41",
       .strike = [](World& world) { return release(world, {"payment"}, "v43-typo"); }},
      {.name = "bad image tag of a StatefulSet",
       .why = "back to 8.0.33",
       .alarms = {{.workload = "mysql", .kind = "StatefulSet"}},
       .strike =
           [](World& world) {
             return release(world, {"mysql", "StatefulSet"},
                            "ccr.ccs.tencentyun.com/library/mysql:missing");
           }},
      {.name = "new version crashes at once",
       .why = "back to v41",
       .strike = [](World& world) { return release(world, {"payment"}, "crash"); }},
      {.name = "new version crashes after 20 s",
       .why = "back to v41",
       .strike = [](World& world) { return release(world, {"payment"}, "v42"); }},
      {.name = "new version never becomes ready",
       .why = "back to v9",
       .alarms = {{.workload = "gateway"}},
       .strike = [](World& world) { return release(world, {"gateway"}, "never-ready"); }},
      {.name = "new version leaks memory",
       .why = "restart or back to v6",
       .alarms = {{.workload = "cart", .after = 15min}},
       .strike = [](World& world) -> Async<> {
         world.set_errors("cart",
                          [](World& now) { return now.runs_image("cart", "leak") ? 0.3 : 0.002; });
         co_await release(world, {"cart"}, "leak");
       }},
      {.name = "new version runs, half its requests fail",
       .why = "back to v12; only errors show it",
       .alarms = {{.workload = "order-service", .after = 5min}},
       .strike = [](World& world) -> Async<> {
         behaves(world, shop_image("order-service", "v13"), good());
         world.set_errors("order-service", [](World& now) {
           return now.runs_image("order-service", "v13") ? 0.5 : 0.002;
         });
         co_await release(world, {"order-service"}, "v13");
       }},
      {.name = "two releases in a row, the second is bad",
       .why = "back to v42, not further",
       .before = [](World& world) -> Async<> {
         behaves(world, shop_image("payment", "v42"), good());
         co_await release(world, {"payment"}, "v42");
         co_await world.pass(20min);
       },
       .strike = [](World& world) { return release(world, {"payment"}, "crash"); }},
      {.name = "bad release, the one before was bad too",
       .why = "back past both, to v41",
       .alarms = {{.after = 4min}},
       .strike = [](World& world) -> Async<> {
         co_await release(world, {"payment"}, "crash");
         co_await world.pass(2min);
         co_await release(world, {"payment"}, "never-ready");
       }},
      {.name = "very first version is bad",
       .right = Right::handed_over,
       .why = "nothing to go back to",
       .alarms = {{.workload = "coupon"}},
       .strike = [](World& world) { return world.deploy("coupon", "missing-v1"); }},
      {.name = "old version no longer starts either",
       .right = Right::handed_over,
       .why = "the way back makes it no better, and is undone",
       .alarms = {{.after = 4min}},
       .strike = [](World& world) -> Async<> {
         co_await release(world, {"payment"}, "crash");
         behaves(world, shop_image("payment", "v41"), crashing());
         behaves(world, shop_image("payment", "v40"), crashing());
       }},
      {.name = "release of two services and their configuration",
       .why = "all of it goes back together",
       .alarms = {{.workload = "order-service"}, {.workload = "order-worker", .after = 4min}},
       .before =
           [](World& world) {
             return make_release(world, "orders", {{"order-service"}, {"order-worker"}});
           },
       .strike = [](World& world) -> Async<> {
         co_await set_config(world, "order-config", "application.properties", "pool_size=0\n");
         co_await release(world, {"order-service"}, "crash");
         co_await release(world, {"order-worker"}, "crash");
       }},
  };
}

}  // namespace mtc::simulation
