// Machines, and what runs beside and below.
#include "scene.h"

namespace mtc::simulation {

using namespace std::chrono_literals;

std::vector<Incident> machine_incidents() {
  return {
      {.name = "node down",
       .why = "taken out, its pods go elsewhere",
       .alarms = {{.after = 2min}},
       .strike = [](World& world) -> Async<> {
         set_node_down(world, node_of(world, "payment"), true);
         co_return;
       }},
      {.name = "node down and back by itself",
       .right = Right::untouched,
       .why = "well again before anything is done",
       .alarms = {{.after = 4min}},
       .strike = [](World& world) -> Async<> {
         const std::string node = node_of(world, "payment");
         set_node_down(world, node, true);
         co_await world.pass(2min);
         set_node_down(world, node, false);
       }},
      {.name = "database down, payment fails",
       .right = Right::handed_over,
       .why = "payment is not what is broken; the database has an alarm of its own",
       .strike = [](World& world) -> Async<> {
         behaves(world, "*/mysql:8.0*", crashing());
         co_await delete_pods(world, "mysql");
         world.set_errors("payment", [](World&) { return 0.6; });
         world.say_in_logs("payment", "ERROR cannot connect to mysql-0.mysql:3306: refused");
       }},
      {.name = "somebody else's service is down",
       .right = Right::handed_over,
       .why = "nothing here is broken",
       .strike = [](World& world) -> Async<> {
         world.set_errors("payment", [](World&) { return 0.4; });
         world.say_in_logs("payment", "ERROR api.bank.example: 503 service unavailable");
         co_return;
       }},
      {.name = "release that asks for more than any machine has",
       .why = "back to what it asked for before",
       .alarms = {{.workload = "cart"}},
       .strike = [](World& world) -> Async<> {
         Json container{{"name", "cart"},
                        {"image", shop_image("cart", "v6")},
                        {"resources", {{"requests", {{"cpu", "64"}}}}}};
         co_await change(world, {"cart"},
                         {{"spec", {{"template", {{"spec", {{"containers", {container}}}}}}}}});
       }},
      {.name = "registry away during a release",
       .why = "back to the version whose pods still run",
       .strike = [](World& world) -> Async<> {
         behaves(world, shop_image("*", "*"), missing());
         co_await release(world, {"payment"}, "v43");
       }},
      {.name = "DaemonSet with a bad image",
       .why = "back to the one before",
       .alarms = {{.workload = "collector", .kind = "DaemonSet"}},
       .before = [](World& world) { return world.deploy_daemon("collector"); },
       .strike =
           [](World& world) { return release(world, {"collector", "DaemonSet"}, "missing-v2"); }},
  };
}

}  // namespace mtc::simulation
