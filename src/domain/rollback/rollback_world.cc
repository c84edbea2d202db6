#include "domain/rollback/rollback_world.h"

#include <algorithm>

#include "domain/audit/chain.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"

namespace mtc::rollback {
namespace {

constexpr const char* kRevision = "deployment.kubernetes.io/revision";
constexpr std::int64_t kCpuLimit = 1'000;
constexpr auto kOld = std::chrono::hours(24);

clusters::Pod pod_of(int number, bool sick) {
  clusters::Container container{.name = "order", .ready = !sick, .cpu_limit = kCpuLimit};
  if (sick) container.reason = "CrashLoopBackOff";
  container.state = sick ? "waiting" : "running";
  return {.ns = "shop",
          .name = "order-new-" + std::to_string(number),
          .node = "10.0.0.1",
          .owner_kind = "ReplicaSet",
          .owner_name = "order-new",
          .phase = "Running",
          .reason = sick ? "CrashLoopBackOff" : "",
          .ready = !sick,
          .labels = {{"app", "order"}, {"tier", "web"}},
          .containers = {container}};
}

}  // namespace

RollbackWorld::RollbackWorld() {
  cluster->reads_until_ready = -1;  // settle() decides
  cluster->at("Pod", "shop", "order-7d9f4-x2k")["metadata"]["labels"] = Json::object();
  order()["metadata"]["annotations"][kRevision] = "2";
  for (const auto* version : {"old", "new"}) {
    const bool is_new = std::string_view(version) == "new";
    cluster->work.push_back({.kind = clusters::WorkloadKind::replica_set,
                             .ns = "shop",
                             .name = std::string("order-") + version,
                             .revision = is_new ? "2" : "1",
                             .owner_name = "order",
                             .created = clock.time - kOld * (is_new ? 2 : 3)});
  }
  cluster->machines = {{.name = "10.0.0.1", .ready = true, .cpu = 16'000}};
  Json before = clusters::sendable(order());
  before["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.3";
  good.states.push_back({.account = 1,
                         .release = clusters::release_of("cls-1", order()),
                         .objects = {before},
                         .fingerprint = "good",
                         .since = clock.time - kOld * 3,
                         .seen = clock.time - kOld * 2});
  people.all = {{.id = 1, .username = "alice", .rollback_permission = true}};
  places.make = [this](identity::User user) {
    auto out = scene(user.language);
    out.user = std::move(user);
    return out;
  };
  waiting.clock = &clock;
  waiting.then = [this] {
    settle();
    while_waiting();
  };
  (void)alert_store.put(alert());
}

void RollbackWorld::settle() {
  const Nature now = nature(*this);
  const std::int64_t wanted = replicas();
  const std::int64_t ready = std::max<std::int64_t>(0, wanted - now.sick);
  order()["status"] = {{"observedGeneration", order()["metadata"]["generation"]},
                       {"replicas", wanted},
                       {"updatedReplicas", wanted},
                       {"readyReplicas", ready},
                       {"availableReplicas", ready}};
  cluster->running.clear();
  cluster->running_usage.clear();
  for (int i = 0; i < wanted; ++i) {
    cluster->running.push_back(pod_of(i, i < now.sick));
    cluster->running_usage.push_back(
        {.ns = "shop", .name = cluster->running.back().name, .cpu = now.cpu});
  }
  errors.now = now.errors;
}

bool RollbackWorld::was_restarted() {
  return !clusters::restarted_at(order()).empty();
}

Target RollbackWorld::target() {
  return {.region = "ap-guangzhou",
          .cluster_id = "cls-1",
          .cluster_name = "广州生产集群",
          .object = deployment()};
}

alerts::Alert RollbackWorld::alert(std::string id, std::string incident) {
  return {.id = std::move(id),
          .account = 1,
          .incident = std::move(incident),
          .policy_id = "policy-1",
          .policy_name = "order 不可用",
          .subject = {.region = "ap-guangzhou",
                      .cluster_id = "cls-1",
                      .ns = "shop",
                      .kind = "Deployment",
                      .name = "order"},
          .level = alerts::Level::critical,
          .first = clock.time - std::chrono::minutes(1),
          .last = clock.time,
          .created = clock.time,
          .changed = clock.time};
}

Request RollbackWorld::request(Trigger trigger, double score) {
  return {.account = 1,
          .user = people.all.front(),
          .incident = "i1",
          .alert_id = "a1",
          .title = "order 不可用",
          .target = target(),
          .score = score,
          .began = clock.time - std::chrono::minutes(1),
          .trigger = trigger,
          .assurance = trigger == Trigger::person ? "voice" : "",
          .channel = trigger == Trigger::person ? "xiaozhi" : ""};
}

RunnerPorts RollbackWorld::runner_ports() {
  return {.operations = *store,
          .alerts = alert_store,
          .learned = learned,
          .log = log,
          .places = places,
          .people = people,
          .announcer = announcer,
          .observer = observer,
          .surgeon = surgeon,
          .guard = guard,
          .investigator = nullptr,
          .clock = clock,
          .sleeper = waiting,
          .random = random};
}

Runner RollbackWorld::runner(std::string holder) {
  return Runner(runner_ports(), [this] { return rules; }, {.holder = std::move(holder)});
}

std::vector<std::string> RollbackWorld::steps(const Operation& operation) {
  std::vector<std::string> out;
  for (const Step& step : operation.steps) {
    if (step.rung == Rung::person || step.state == StepState::skipped) continue;
    out.push_back(std::string(name_of(step.rung)) + ":" + std::string(name_of(step.state)));
  }
  return out;
}

bool RollbackWorld::chain_holds() {
  const audit::PlainHasher hasher;
  return !audit::verify(log.rows, hasher);
}

int RollbackWorld::rows(audit::Event event) const {
  int out = 0;
  for (const auto& row : log.rows) out += row.entry.event == event ? 1 : 0;
  return out;
}

alerts::Handling RollbackWorld::handling(const std::string& id) const {
  for (const alerts::Alert& one : alert_store.all()) {
    if (one.id == id) return one.handling;
  }
  return alerts::Handling::none;
}

Nature cured_by_restart(RollbackWorld& world) {
  return world.was_restarted() ? Nature{} : Nature{.sick = 3, .errors = 0.4};
}

Nature cured_by_version(RollbackWorld& world) {
  return world.image().ends_with(":1.3") ? Nature{} : Nature{.sick = 3, .errors = 0.4};
}

Nature cured_by_nothing(RollbackWorld&) {
  return {.sick = 3, .errors = 0.4};
}

Nature cured_by_scaling(RollbackWorld& world) {
  return world.replicas() > 3 ? Nature{.cpu = 500} : Nature{.errors = 0.2, .cpu = 990};
}

Nature worse_by_scaling(RollbackWorld& world) {
  return world.replicas() > 3 ? Nature{.errors = 0.9, .cpu = 990}
                              : Nature{.errors = 0.2, .cpu = 990};
}

}  // namespace mtc::rollback
