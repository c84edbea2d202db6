// Which change a rung is, for this target as it is now.
#include <algorithm>

#include "domain/clusters/isolate_change.h"
#include "domain/clusters/object.h"
#include "domain/clusters/restart_change.h"
#include "domain/clusters/scale_change.h"
#include "domain/clusters/version_change.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/sight.h"
#include "domain/rollback/surgeon.h"

namespace mtc::rollback {
namespace {

using clusters::Planned;

// Half as many again, at least one more.
std::int64_t scaled_from(std::int64_t replicas) {
  return std::max(replicas + 1, (replicas * 3 + 1) / 2);
}

std::int64_t replicas_of(const Json& workload) {
  return integer_or(object_or_empty(workload, "spec"), "replicas", 1);
}

clusters::IsolationWish isolation_of(const clusters::ObjectRef& object, const Findings& findings,
                                     const Sight& sight) {
  if (!findings.bad_nodes.empty()) {
    return {.kind = clusters::Isolation::node,
            .object = object,
            .pods = {},
            .node = findings.bad_nodes.front()};
  }
  clusters::IsolationWish out{
      .kind = clusters::Isolation::pods, .object = object, .pods = {}, .node = {}};
  for (const clusters::Pod& pod : sight.pods.value_or(std::vector<clusters::Pod>{})) {
    if (is_sick(pod)) out.pods.push_back(pod.name);
  }
  return out;
}

Async<Result<Planned>> plan_isolating(clusters::ChangePorts changes, clusters::Scene scene,
                                      Json workload, Findings findings) {
  const clusters::ObjectRef object = clusters::ref_of(workload);
  auto sight = co_await see(scene, object);
  if (!sight) co_return fail(std::move(sight).error());
  auto wish = isolation_of(object, findings, *sight);
  if (wish.kind == clusters::Isolation::pods && wish.pods.empty()) {
    co_return clusters::NothingToDo{clusters::is_chinese(scene)
                                        ? "没有哪个副本单独有问题，没什么可隔离的。"
                                        : "No single pod is in trouble; there is none to isolate."};
  }
  co_return co_await clusters::plan_isolation(changes, scene, std::move(wish));
}

clusters::Effect effect_of(Rung rung, const Json& workload) {
  switch (rung) {
    case Rung::scale_out:
      return clusters::Effect::added;
    case Rung::isolate:
      return clusters::Effect::removed;
    case Rung::restart:
    case Rung::previous_version:
    case Rung::whole_release:
    case Rung::person:
      break;
  }
  return clusters::effect_of_rollout(workload);
}

std::optional<std::int64_t> touched_by(Rung rung, const Findings& findings) {
  if (rung != Rung::isolate) return std::nullopt;
  if (!findings.bad_nodes.empty()) return findings.on_bad_nodes;
  return findings.sick_pods;
}

}  // namespace

Async<Result<std::vector<clusters::GoodState>>> Surgeon::good_states(clusters::Scene scene,
                                                                     Json workload,
                                                                     alerts::Account account) {
  const auto release = clusters::release_of(scene.cluster.id, workload);
  co_return co_await ports_.good.list(account, release);
}

Async<Result<Planned>> Surgeon::plan_release(RollbackRules rules, clusters::Scene scene,
                                             std::vector<clusters::GoodState> good) {
  if (good.empty()) {
    co_return clusters::NothingToDo{clusters::is_chinese(scene)
                                        ? "没有记录过整个发布正常时的样子，没法整体回滚。"
                                        : "It was never noted how the whole release was when it "
                                          "was well, so there is nothing to put back."};
  }
  if (std::ssize(good.front().objects) > rules.most_objects) {
    co_return fail(Errc::conflict,
                   refusals::too_many_objects(good.front().objects.size(), scene.user.language));
  }
  const clusters::GoodState newest = std::move(good.front());
  co_return co_await clusters::plan_release_back(ports_.changes, scene, newest);
}

Async<Result<Planned>> Surgeon::plan_rung(RollbackRules rules, clusters::Scene scene, Json workload,
                                          Rung rung, Findings findings, alerts::Account account,
                                          std::string to_version) {
  const clusters::ObjectRef object = clusters::ref_of(workload);
  switch (rung) {
    case Rung::restart:
      co_return co_await clusters::plan_restart(ports_.changes, scene, object);
    case Rung::scale_out: {
      const std::int64_t now = replicas_of(workload);
      const std::int64_t wanted = std::min(scaled_from(now), rules.most_scaled);
      if (wanted <= now) {
        co_return clusters::NothingToDo{clusters::is_chinese(scene)
                                            ? "副本已经到允许的上限了，不再扩。"
                                            : "It has as many replicas as are allowed."};
      }
      co_return co_await clusters::plan_scale(ports_.changes, scene, object, wanted);
    }
    case Rung::previous_version: {
      auto good = co_await good_states(scene, workload, account);
      if (!good) co_return fail(std::move(good).error());
      clusters::VersionWish wish{
          .object = object, .to_version = std::move(to_version), .good = std::move(*good)};
      co_return co_await clusters::plan_roll_back(ports_.changes, scene, std::move(wish));
    }
    case Rung::isolate:
      co_return co_await plan_isolating(ports_.changes, scene, workload, std::move(findings));
    case Rung::whole_release: {
      auto good = co_await good_states(scene, workload, account);
      if (!good) co_return fail(std::move(good).error());
      co_return co_await plan_release(std::move(rules), scene, std::move(*good));
    }
    case Rung::person:
      break;
  }
  co_return fail(Errc::internal, "a person is no change of a cluster");
}

Async<Result<Incision>> Surgeon::plan(RollbackRules rules, clusters::Scene scene, Target target,
                                      Rung rung, Findings findings, alerts::Account account,
                                      std::string to_version) {
  scene.patience = Millis{0};
  auto workload = co_await clusters::read_object(scene, target.object);
  if (!workload) co_return fail(std::move(workload).error());
  const auto touched = touched_by(rung, findings);
  auto planned = co_await plan_rung(std::move(rules), scene, *workload, rung, std::move(findings),
                                    account, std::move(to_version));
  if (!planned) co_return fail(std::move(planned).error());
  if (const auto* nothing = std::get_if<clusters::NothingToDo>(&*planned)) {
    co_return fail(Errc::conflict, nothing->speech);
  }
  const clusters::Effect effect = effect_of(rung, *workload);
  clusters::BlastRadius radius = co_await clusters::blast_radius(scene, *workload, effect, touched);
  co_return Incision{.plan = std::get<clusters::ChangePlan>(std::move(*planned)),
                     .radius = std::move(radius)};
}

}  // namespace mtc::rollback
