#include "services/common/change_places.h"

namespace mtc::services {
namespace {

clusters::ClusterWish wish_of(SaidCluster said, Language language) {
  return {.spoken = std::move(said.name), .region = std::move(said.region), .language = language};
}

std::optional<clusters::WorkloadKind> kind_of(std::string_view said) {
  if (said == "deployment") return clusters::WorkloadKind::deployment;
  if (said == "statefulset") return clusters::WorkloadKind::stateful_set;
  if (said == "daemonset") return clusters::WorkloadKind::daemon_set;
  return std::nullopt;
}

}  // namespace

clusters::ObjectRef ref_of(const clusters::Workload& workload) {
  const auto in = [&workload](const char* version, const char* kind) {
    return clusters::ObjectRef{
        .api_version = version, .kind = kind, .ns = workload.ns, .name = workload.name};
  };
  switch (workload.kind) {
    case clusters::WorkloadKind::deployment:
      return in("apps/v1", "Deployment");
    case clusters::WorkloadKind::stateful_set:
      return in("apps/v1", "StatefulSet");
    case clusters::WorkloadKind::daemon_set:
      return in("apps/v1", "DaemonSet");
    case clusters::WorkloadKind::replica_set:
      return in("apps/v1", "ReplicaSet");
    case clusters::WorkloadKind::job:
      return in("batch/v1", "Job");
    case clusters::WorkloadKind::cron_job:
      return in("batch/v1", "CronJob");
  }
  return {};
}

Async<Result<clusters::Scene>> EstatePlaces::cloud(identity::User user, SaidCluster said) {
  clusters::Fleet& fleet = estates_(user).fleet();
  auto cluster = co_await fleet.choose(wish_of(std::move(said), user.language));
  if (!cluster) co_return fail(std::move(cluster).error());
  co_return clusters::Scene{.cluster = std::move(*cluster),
                            .api = nullptr,
                            .cloud = &fleet.cloud(),
                            .user = std::move(user)};
}

Async<Result<clusters::Scene>> EstatePlaces::open(identity::User user, SaidCluster said) {
  clusters::Estate& estate = estates_(user);
  auto opened = co_await estate.open(wish_of(std::move(said), user.language));
  if (!opened) co_return fail(std::move(opened).error());
  co_return clusters::Scene{.cluster = std::move(opened->cluster),
                            .api = std::move(opened->api),
                            .cloud = &estate.fleet().cloud(),
                            .user = std::move(user)};
}

Async<Result<FoundObject>> EstatePlaces::workload(identity::User user, SaidWorkload said) {
  clusters::Estate& estate = estates_(user);
  clusters::WorkloadWish wish{.spoken = std::move(said.name),
                              .ns = std::move(said.ns),
                              .cluster = std::move(said.cluster),
                              .kind = kind_of(said.kind),
                              .aliases = {},
                              .language = user.language};
  if (auto known = co_await aliases_.list(user.id)) wish.aliases = std::move(*known);
  auto found = co_await estate.find(std::move(wish));
  if (!found) co_return fail(std::move(found).error());
  co_return FoundObject{.scene = {.cluster = std::move(found->cluster),
                                  .api = std::move(found->api),
                                  .cloud = &estate.fleet().cloud(),
                                  .user = std::move(user)},
                        .object = ref_of(found->workload)};
}

}  // namespace mtc::services
