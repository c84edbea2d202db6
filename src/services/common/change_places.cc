#include "services/common/change_places.h"

namespace mtc::services {

Async<Result<clusters::Scene>> FleetPlaces::cloud(identity::User user, SaidCluster said) {
  clusters::Fleet& fleet = fleets_(user);
  auto cluster = co_await fleet.choose({.spoken = std::move(said.name),
                                        .region = std::move(said.region),
                                        .language = user.language});
  if (!cluster) co_return fail(std::move(cluster).error());
  co_return clusters::Scene{.cluster = std::move(*cluster),
                            .api = nullptr,
                            .cloud = &fleet.cloud(),
                            .user = std::move(user)};
}

Async<Result<clusters::Scene>> FleetPlaces::open(identity::User user, SaidCluster said) {
  auto scene = co_await cloud(std::move(user), std::move(said));
  if (!scene) co_return scene;
  auto api = co_await accesses_(scene->user).open(scene->cluster, scene->user.language);
  if (!api) co_return fail(std::move(api).error());
  scene->api = std::move(*api);
  co_return scene;
}

}  // namespace mtc::services
