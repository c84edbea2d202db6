#include "domain/rollback/observer.h"

#include "domain/clusters/object.h"
#include "domain/rollback/sight.h"

namespace mtc::rollback {
namespace {

constexpr std::string_view kInstance = "app.kubernetes.io/instance";

// Whether any alert of the incident fires, and when that last changed. Absent where it is not
// known.
Async<> add_alert(alerts::AlertStore* store, alerts::Account account, std::string incident,
                  Health* health) {
  if (incident.empty() || incident.starts_with("person/")) co_return;
  auto all = co_await store->list(account, {.incident = incident});
  if (!all || all->empty()) co_return;
  health->alert_firing = false;
  for (const alerts::Alert& alert : *all) {
    if (alert.state == alerts::State::firing) health->alert_firing = true;
    const TimePoint changed = alert.recovered.value_or(alert.first);
    if (!health->alert_changed || changed > *health->alert_changed) health->alert_changed = changed;
  }
}

// The workloads that are marked as one release with it: absent where it stands alone.
Async<> add_release(clusters::Scene scene, const Json* workload, Health* health) {
  std::string instance;
  for (const auto& [key, value] : clusters::labels_of(*workload)) {
    if (key == kInstance) instance = value;
  }
  if (instance.empty()) co_return;
  const clusters::Where where{.ns = clusters::ref_of(*workload).ns,
                              .labels = std::string(kInstance) + "=" + instance};
  std::int64_t wanted = 0;
  std::int64_t ready = 0;
  for (const auto kind : {clusters::WorkloadKind::deployment, clusters::WorkloadKind::stateful_set,
                          clusters::WorkloadKind::daemon_set}) {
    const auto all = co_await scene.api->workloads(kind, where);
    if (!all) co_return;
    for (const clusters::Workload& one : *all) {
      wanted += one.desired;
      ready += one.ready;
    }
  }
  health->release_wanted = wanted;
  health->release_ready = ready;
}

}  // namespace

Async<Result<Health>> Observer::look(clusters::Scene scene, alerts::Account account, Target target,
                                     std::string incident, TimePoint began) {
  auto sight = co_await see(scene, target.object);
  if (!sight) co_return fail(std::move(sight).error());
  Health health = health_of(*sight, ports_.clock.now());
  co_await add_alert(&ports_.alerts, account, std::move(incident), &health);
  if (!health.exists) co_return health;
  co_await add_release(scene, &sight->workload, &health);
  const auto errors =
      co_await ports_.errors.of(scene.user, std::move(target), began, ports_.clock.now());
  if (errors) {
    health.error_rate = errors->now;
    health.usual_error_rate = errors->usual;
  }
  co_return health;
}

Async<std::vector<std::string>> Observer::error_lines(clusters::Scene scene, Target target,
                                                      TimePoint began) {
  auto errors = co_await ports_.errors.of(scene.user, std::move(target), began, ports_.clock.now());
  if (!errors) co_return std::vector<std::string>{};
  co_return std::move(errors->examples);
}

}  // namespace mtc::rollback
