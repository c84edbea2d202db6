#include "emulator/many_clusters.h"

#include <fmt/format.h>

#include "emulator/tke_model.h"

namespace mtc::emulator {

void load_many_clusters(Emulator& emulator, const Clock& clock, ManyClusters wanted) {
  auto& cloud = emulator.cloud();
  const auto& regions = emulator.options().regions;
  for (std::size_t r = 0; r < std::min(wanted.regions, regions.size()); ++r) {
    const Owner owner{.uin = emulator.options().accounts.front().uin, .region = regions[r]};
    for (std::size_t c = 1; c <= std::min<std::size_t>(wanted.per_region, 100); ++c) {
      const auto name = fmt::format("{}-{}", regions[r], c);
      const auto id = short_id("cls-", name);
      if (cloud.records().find(kTkeCluster, owner, id) != nullptr) continue;
      const auto& cluster = add_cluster(cloud, owner,
                                        {.id = id,
                                         .name = name,
                                         .extranet = c % 2 == 1,
                                         .created = clock.now() - std::chrono::days(90)});
      add_pool(cloud, cluster,
               {.name = "general", .nodes = static_cast<std::int64_t>(2 + c % 3), .max = 10});
      add_pool(
          cloud, cluster,
          {.name = "native", .nodes = 1, .max = 5, .instance_type = "SA5.MEDIUM4", .native = true});
    }
  }
}

}  // namespace mtc::emulator
