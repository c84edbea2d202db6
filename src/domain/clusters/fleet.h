// All clusters of one account, over all its regions at once; and the nodes and node pools of
// several of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "domain/clusters/cluster.h"
#include "domain/clusters/gather.h"

namespace mtc::clusters {

struct FleetOptions {
  std::vector<std::string> regions;  // empty: every public one, and those below
  std::string usual_region;
  std::string usual_cluster;  // name or id; may be empty
  GatherOptions gather{};
};

// A region (or cluster) of which there is nothing, or nothing new.
struct Gap {
  std::string where;  // code of the region, or name of the cluster
  Error error;
  std::optional<TimePoint> as_of{};  // what is shown of it is from then; nothing: nothing is shown
};

struct FleetView {
  std::vector<Cluster> clusters;  // by region and name
  std::vector<Gap> gaps;
  TimePoint oldest{};  // of the answers it is made of
  bool away = false;   // no region answered: all of it is old
};

// Which cluster somebody means. All may be empty.
struct ClusterWish {
  std::string spoken;
  std::string region;  // code
  Language language = Language::zh;
};

// One account, one executor. The cloud outlives the loop that questions run on.
class Fleet {
 public:
  Fleet(CloudClusters& cloud, const Clock& clock, FleetOptions options);

  // Of one region, or of all where it is empty. Fails, as the first region did, only where nothing
  // is known of any.
  Async<Result<FleetView>> clusters(std::string region = {});
  // The usual one, else the only one, where nothing is said. Errc::conflict with a question,
  // Errc::not_found; both name the regions that did not answer.
  Async<Result<Cluster>> choose(ClusterWish wish);

  Async<Result<std::vector<Instance>>> instances(Cluster cluster);
  Async<Result<std::vector<NodePool>>> pools(Cluster cluster);

  CloudClusters& cloud() { return cloud_; }
  const FleetOptions& options() const { return options_; }
  // Those asked when none is named.
  std::vector<std::string> regions() const;

 private:
  CloudClusters& cloud_;
  const Clock& clock_;
  FleetOptions options_;
  Gather<std::vector<Cluster>> by_region_;
  Gather<std::vector<Instance>> instances_;
  Gather<std::vector<NodePool>> pools_;
};

// "region/id" and back, as key of what belongs to one cluster.
std::string cluster_key(const Cluster& cluster);
std::pair<std::string, std::string> split_cluster_key(std::string_view key);

// 上海区没查到 … or "数据截至五分钟前"; empty where nothing is missing. A sentence.
std::string say_gaps(const std::vector<Gap>& gaps, TimePoint now, Language language);
// 腾讯云暂时连不上，这是五分钟前的结果： … leads the answer.
std::string say_away(const FleetView& view, TimePoint now, Language language);

}  // namespace mtc::clusters
