// Making node pools and changing their size.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/clusters/change.h"

namespace mtc::clusters {

// What was said; the rest is taken over from the pool `like`, else from the cluster's first pool of
// a usable type.
struct PoolWish {
  std::string name;
  std::string instance_type;
  std::optional<std::int64_t> minimum{}, maximum{}, desired{};
  std::optional<bool> autoscaling{};
  std::vector<Label> labels;
  std::vector<Taint> taints;
  std::string like;  // a pool's name or id
};

// Errc::invalid_argument says which fields are still missing or do not fit; Errc::conflict where
// there is such a pool.
Async<Result<Planned>> plan_new_pool(ChangePorts ports, Scene scene, PoolWish wish);
Async<Result<ChangeResult>> execute_new_pool(ChangePorts ports, Scene scene, Approved approved);

Async<Result<Planned>> plan_resize(ChangePorts ports, Scene scene, std::string pool,
                                   std::int64_t desired);
Async<Result<ChangeResult>> execute_resize(ChangePorts ports, Scene scene, Approved approved);

// "gpu=true", "dedicated=gpu:NoSchedule"; Errc::invalid_argument names the one that is none.
Result<Label> parse_label(std::string_view text);
Result<Taint> parse_taint(std::string_view text);

// A pool as a checkpoint holds it: an object of kind "NodePool", whose name is the pool's id.
ObjectRef pool_ref(const NodePool& pool);
Json pool_object(const NodePool& pool);
// The pool of that id, nullopt if it is gone.
Async<Result<std::optional<NodePool>>> find_pool(Scene scene, std::string id);

}  // namespace mtc::clusters
