// Trouble with something in the way: two at once, other people, rules, a cluster that does not
// answer.
#include "scene.h"

namespace mtc::simulation {

using namespace std::chrono_literals;

namespace {

Async<> crash_payment(World& world) {
  return release(world, {"payment"}, "crash");
}

// At a moment when the rollback is at work.
constexpr Millis kMeanwhile = 8s;

}  // namespace

std::vector<Incident> awkward_incidents() {
  return {
      {.name = "two services at once",
       .why = "each back to its own version",
       .alarms = {{}, {.workload = "gateway"}},
       .strike = [](World& world) -> Async<> {
         co_await release(world, {"payment"}, "crash");
         co_await release(world, {"gateway"}, "v10-typo");
       }},
      {.name = "three alarms of one trouble",
       .why = "repaired once",
       .alarms = {{}, {.policy = "副本不足"}, {.policy = "延迟过高", .after = 4min}},
       .strike = crash_payment},
      {.name = "alarm that comes and goes while it is broken",
       .why = "one alert, repaired once",
       .alarms = {{}, {.after = 4min}, {.after = 5min}},
       .strike = crash_payment},
      {.name = "API throttled in the middle",
       .why = "waited out",
       .strike = [](World& world) -> Async<> {
         world.when_working(1s, [](World& now) -> Async<> {
           now.cluster().faults = {.errors = 12, .error_status = 429};
           co_return;
         });
         co_await crash_payment(world);
       }},
      {.name = "API away for a moment while it acts",
       .why = "waited out",
       .strike = [](World& world) -> Async<> {
         world.when_working(1s, [](World& now) -> Async<> {
           now.cluster().faults = {.errors = 5, .error_status = 503};
           co_return;
         });
         co_await crash_payment(world);
       }},
      {.name = "answer to a write is lost",
       .why = "looked at, found done, gone on",
       .strike = [](World& world) -> Async<> {
         co_await crash_payment(world);
         world.cluster().faults = {.writes = true, .drops = 1};  // the next one is ours
       }},
      {.name = "the team repairs it first",
       .right = Right::untouched,
       .why = "well again before anything is done",
       .alarms = {{.after = 5min}},
       .strike = [](World& world) -> Async<> {
         co_await crash_payment(world);
         co_await world.pass(2min);
         co_await release(world, {"payment"}, "v41");
       }},
      {.name = "the team releases again while it is repaired",
       .right = Right::handed_over,
       .why = "theirs stays; what somebody else changed is not taken back",
       .strike = [](World& world) -> Async<> {
         world.when_working(kMeanwhile,
                            [](World& now) { return release(now, {"payment"}, "never-ready"); });
         co_await crash_payment(world);
       }},
      {.name = "nobody has the permission",
       .right = Right::untouched,
       .why = "handed over with that reason",
       .before = [](World& world) -> Async<> {
         world.person().rollback_permission = false;
         co_return;
       },
       .strike = crash_payment},
      {.name = "switched off by the rules",
       .right = Right::untouched,
       .why = "handed over with that reason",
       .before = [](World& world) -> Async<> {
         world.rollback_config()["automatic"] = false;
         co_return;
       },
       .strike = crash_payment},
      {.name = "protected namespace",
       .right = Right::untouched,
       .why = "kube-system is never touched",
       .alarms = {{.workload = "coredns", .ns = "kube-system"}},
       .strike =
           [](World& world) {
             return release(world, {"coredns", "Deployment", "kube-system"},
                            "ccr.ccs.tencentyun.com/tke/coredns:missing");
           }},
      {.name = "workload that the rules name as never",
       .right = Right::untouched,
       .why = "handed over with that reason",
       .before = [](World& world) -> Async<> {
         world.rollback_config()["never"] = {"shop-prod/pay*"};
         co_return;
       },
       .strike = crash_payment},
      {.name = "rollout held by the team (paused)",
       .right = Right::untouched,
       .why = "somebody holds it on purpose",
       .strike = [](World& world) -> Async<> {
         co_await change(world, {"payment"}, {{"spec", {{"paused", true}}}});
         world.set_errors("payment", [](World&) { return 0.3; });
       }},
      {.name = "the way back makes it worse",
       .right = Right::handed_over,
       .why = "the older version fails more; the newer one is put back",
       .alarms = {{.workload = "order-service", .after = 5min}},
       .strike = [](World& world) -> Async<> {
         behaves(world, shop_image("order-service", "v13"), good());
         world.set_errors("order-service", [](World& now) {
           return now.runs_image("order-service", "v13") ? 0.2 : 0.9;
         });
         co_await release(world, {"order-service"}, "v13");
       }},
  };
}

std::vector<Incident> all_incidents() {
  std::vector<Incident> out;
  for (auto part : {version_incidents(), configuration_incidents(), load_incidents(),
                    machine_incidents(), false_alarms(), awkward_incidents()}) {
    for (auto& one : part) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace mtc::simulation
