// The slow look: what is wrong, in the words of Findings.
#include "domain/rollback/finding_parts.h"
#include "domain/rollback/observer.h"

namespace mtc::rollback {

Async<Result<Findings>> Observer::find(clusters::Scene scene, alerts::Account account,
                                       Target target, std::string incident, TimePoint began) {
  auto health = co_await look(scene, account, target, std::move(incident), began);
  if (!health) co_return fail(std::move(health).error());
  Findings out{.health = std::move(*health)};
  auto sight = co_await see(scene, target.object);
  if (!sight) co_return fail(std::move(sight).error());
  if (sight->workload.is_null()) co_return out;
  out.scaled_to = out.health.wanted;
  out.cpu_use = cpu_use(*sight);
  out.memory_use = memory_use(*sight);
  count_pods(*sight, out);

  std::vector<clusters::GoodState> good;
  const auto release = clusters::release_of(scene.cluster.id, sight->workload);
  if (auto known = co_await ports_.good.list(account, release)) good = std::move(*known);
  co_await find_versions(scene, *sight, ports_.clock.now(), out);
  co_await find_changes(scene, *sight, good, out);

  auto examples = co_await error_lines(scene, target, began);
  co_await find_surroundings(scene, *sight, std::move(examples), out);
  co_return out;
}

}  // namespace mtc::rollback
