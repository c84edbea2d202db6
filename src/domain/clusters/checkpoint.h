// The state of the touched objects before a change, enough to restore it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/clusters/objects.h"
#include "domain/identity/user.h"

namespace mtc::clusters {

struct CheckpointObject {
  ObjectRef object;
  std::optional<Json> before;  // the whole object; nullopt: it was not there
  // Fingerprint of what the change left (spec, data, labels …, not the status); empty: not done
  // yet.
  std::string after;
};

struct Checkpoint {
  std::string id;
  std::int64_t number = 0;  // as it is said: 1, 2, 3 … for each user
  identity::UserId user = 0;
  std::string region, cluster_id, cluster_name;
  std::string action;   // "scale_workload"
  std::string summary;  // what was done, for the ear: "payment 从三个副本改成五个"
  std::vector<CheckpointObject> objects;
  TimePoint created{};
  std::optional<TimePoint> restored{};
};

// Where checkpoints are kept; objects are sealed at rest, for they hold Secrets. adapters/storage
// implements it.
class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;
  virtual Async<Result<Checkpoint>> add(Checkpoint checkpoint) = 0;  // numbers it
  virtual Async<Result<>> update(Checkpoint checkpoint) = 0;  // `after` of its objects, restored
  virtual Async<Result<std::optional<Checkpoint>>> find(std::string id) = 0;
  // Newest first; objects without `before` (only whether there is one) to keep it small.
  virtual Async<Result<std::vector<Checkpoint>>> list(identity::UserId user,
                                                      std::int64_t limit) = 0;
  virtual Async<Result<int>> forget(TimePoint created_before) = 0;
};

// A name that a user gave to a workload: 订单服务 → order-service.
struct Alias {
  std::string spoken;
  std::string cluster_id;  // empty: any
  std::string ns;          // empty: any
  std::string name;
};

class AliasStore {
 public:
  virtual ~AliasStore() = default;
  virtual Async<Result<std::vector<Alias>>> list(identity::UserId user) = 0;
  virtual Async<Result<>> put(identity::UserId user, Alias alias) = 0;
  virtual Async<Result<bool>> remove(identity::UserId user, std::string spoken) = 0;
};

}  // namespace mtc::clusters
