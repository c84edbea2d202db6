// What namespaces, workloads and pods keep on disks right now.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/cluster_api.h"
#include "domain/clusters/usage_view.h"

namespace mtc::clusters {

// Of one namespace, workload or pod.
struct StorageRow {
  std::string ns, name;
  std::int64_t local = 0;          // on the nodes, bytes
  std::vector<VolumeUse> volumes;  // each once, though several pods may share it
  std::int64_t used() const;
  // Of the fullest volume: an average would hide it. nullopt without volumes.
  std::optional<double> share() const;
};

struct StorageUse {
  std::vector<StorageRow> rows;      // the fullest first, then those that use most
  std::vector<std::string> missing;  // nodes that did not answer: what lies there is not counted
};

// By namespace, workload or pod. Asks the kubelets of the nodes concerned, several at once, each
// for a few seconds at most. Fails only where none answers, with what the first one said.
Async<Result<StorageUse>> read_storage(std::shared_ptr<ClusterApi> api, UsageScope scope);

// 磁盘快满了：mysql 百分之九十一。shop 里磁盘一共用了一百二十G。node-3 没查到。
std::string say_storage(const StorageUse& use, const UsageScope& scope, const std::string& cluster,
                        Language language);
Json to_json(const StorageRow& row);

}  // namespace mtc::clusters
