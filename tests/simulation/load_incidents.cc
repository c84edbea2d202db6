// Programs that are stuck, run out of memory or have too much to do.
#include "scene.h"

namespace mtc::simulation {

using namespace std::chrono_literals;

namespace {

// As it is started the next time, programs are well again: only those that run are stuck.
Async<> get_stuck(World& world, At at, std::string tag) {
  behaves(world, shop_image(at.name, tag), never_ready());
  co_await delete_pods(world, at.name);
  co_await world.pass(1min);
  behaves(world, shop_image(at.name, tag), good());
}

// So many replicas and it is well.
void needs(World& world, const std::string& workload, std::int64_t replicas) {
  world.cluster().plane().load = 12;
  world.set_errors(workload, [workload, replicas](World& now) {
    const bool enough = now.ready_pods(workload) >= replicas;
    now.cluster().plane().load = enough ? 6 : 12;
    return enough ? 0.002 : 0.3;
  });
}

}  // namespace

std::vector<Incident> load_incidents() {
  return {
      {.name = "processes hang, a restart helps",
       .why = "restarted",
       .strike = [](World& world) { return get_stuck(world, {"payment"}, "v41"); }},
      {.name = "processes hang in a StatefulSet",
       .why = "restarted",
       .alarms = {{.workload = "mysql", .kind = "StatefulSet"}},
       .strike = [](World& world) -> Async<> {
         behaves(world, "*/mysql:8.0*", never_ready());
         co_await delete_pods(world, "mysql");
         co_await world.pass(1min);
         behaves(world, "*/mysql:8.0*", good());
       }},
      {.name = "deadlock: ready, but every request fails",
       .why = "restarted; only errors show it",
       .strike = [](World& world) -> Async<> {
         const auto stuck = world.pod_names("payment");
         world.set_errors("payment",
                          [stuck](World& now) { return now.has_any_pod(stuck) ? 0.8 : 0.002; });
         co_return;
       }},
      {.name = "memory leak, killed again and again",
       .why = "restarted, which holds for a while",
       .alarms = {{.workload = "cart", .after = 10min}},
       .strike = [](World& world) -> Async<> {
         behaves(world, shop_image("cart", "v6"), leaking());
         co_await delete_pods(world, "cart");
         co_await world.pass(30s);
         behaves(world, shop_image("cart", "v6"), emulator::kubernetes::leaking(1 << 16U));
         const auto leaky = world.pod_names("cart");
         world.set_errors("cart",
                          [leaky](World& now) { return now.has_any_pod(leaky) ? 0.3 : 0.002; });
       }},
      {.name = "overload: one replica more is enough",
       .why = "scaled out",
       .strike = [](World& world) -> Async<> {
         needs(world, "payment", 4);
         co_return;
       }},
      {.name = "overload of the gateway",
       .why = "scaled out",
       .alarms = {{.workload = "gateway"}},
       .strike = [](World& world) -> Async<> {
         needs(world, "gateway", 3);
         co_return;
       }},
      {.name = "overload that more replicas do not cure",
       .right = Right::handed_over,
       .why = "what was added is taken away again",
       .strike = [](World& world) -> Async<> {
         needs(world, "payment", 1000);
         co_return;
       }},
      {.name = "more replicas make it worse: too many connections",
       .right = Right::handed_over,
       .why = "scaled back at once",
       .strike = [](World& world) -> Async<> {
         world.cluster().plane().load = 12;
         world.set_errors("payment",
                          [](World& now) { return now.pods_of("payment") > 3 ? 0.7 : 0.25; });
         co_return;
       }},
      {.name = "somebody scaled down too far",
       .why = "scaled out",
       .alarms = {{.workload = "gateway"}},
       .strike = [](World& world) -> Async<> {
         co_await scale(world, {"gateway"}, 1);
         needs(world, "gateway", 2);
       }},
  };
}

}  // namespace mtc::simulation
