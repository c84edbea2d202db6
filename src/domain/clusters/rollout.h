// How far the cluster is with bringing a workload's pods to what is wanted.
#pragma once

#include <functional>
#include <string>

#include "base/async.h"
#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/change.h"

namespace mtc::clusters {

struct Rollout {
  enum class State { done, going, stuck };
  State state = State::going;
  std::int64_t wanted = 0, updated = 0, ready = 0;
  std::string reason;  // stuck: what the cluster says, if anything; from outside
};

// Of a Deployment, StatefulSet or DaemonSet. Others are done at once.
Rollout rollout_of(const Json& workload);

// Whether it is still busy with an earlier change; one that is stuck is not.
bool is_rolling(const Json& workload);

// Looks until it is done or stuck, or `patience` is over (then as it is by then). Short trouble
// with the cluster is waited out as well. `told` may be empty.
Async<Result<Rollout>> await_rollout(ChangePorts ports, Scene scene, ObjectRef object,
                                     Millis patience,
                                     std::function<void(const Rollout&)> told = {});

// "五个副本都好了。", "已经开始了，五个里好了两个。", "三个里有一个起不来：镜像拉不下来。"
std::string say_rollout(const Rollout& rollout, Language language);

// Waits for the end and says it: for the task that a change has left. `patience` as a whole.
Async<Result<ChangeResult>> watch_rollout(ChangePorts ports, Scene scene, Watch watch,
                                          Millis patience,
                                          std::function<void(const Rollout&)> told = {});
Json to_json(const Watch& watch);
Watch watch_from_json(const Json& json);

// After acting on a workload: waits for scene.patience, adds to the result what came of it.
Async<> verify(ChangePorts ports, Scene scene, ObjectRef object, std::string summary,
               ChangeResult& result);

}  // namespace mtc::clusters
