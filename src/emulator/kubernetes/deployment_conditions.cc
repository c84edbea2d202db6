#include "emulator/kubernetes/deployment_conditions.h"

#include <fmt/format.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {
namespace {

std::chrono::seconds limit_of(const Json& deployment) {
  return std::chrono::seconds(integer_at(deployment, {"spec", "progressDeadlineSeconds"}, 600));
}

std::string progress_reason(const Json& holder) {
  return string_or(condition_of(holder, "Progressing"), "reason");
}

std::optional<TimePoint> last_progress(const Json& holder) {
  return time_at(condition_of(holder, "Progressing"), {"lastUpdateTime"});
}

bool has_moved(const Json& deployment, const Json& status) {
  const auto& old = object_or_empty(deployment, "status");
  const auto of = [](const Json& one, const char* key) { return integer_or(one, key); };
  return of(status, "updatedReplicas") > of(old, "updatedReplicas") ||
         of(status, "replicas") - of(status, "updatedReplicas") <
             of(old, "replicas") - of(old, "updatedReplicas") ||
         of(status, "readyReplicas") > of(old, "readyReplicas") ||
         of(status, "availableReplicas") > of(old, "availableReplicas");
}

bool is_too_slow(const Json& holder, const Json& deployment, TimePoint now) {
  const auto reason = progress_reason(holder);
  if (reason == "ProgressDeadlineExceeded") return true;
  const auto since = last_progress(holder);
  return since && reason != "NewReplicaSetAvailable" && *since + limit_of(deployment) <= now;
}

void set(Json& holder, std::string_view type, std::string_view status, std::string_view reason,
         std::string_view message, TimePoint now) {
  set_condition(holder,
                {{"type", type},
                 {"status", status},
                 {"reason", reason},
                 {"message", message},
                 {"lastUpdateTime", api_time(now)}},
                now);
}

// The time of the last update is that of the last change.
void set_progress(Json& holder, std::string_view status, std::string_view reason,
                  std::string_view message, TimePoint now) {
  const auto& old = condition_of(holder, "Progressing");
  if (string_or(old, "reason") == reason && string_or(old, "status") == status &&
      string_or(old, "message") == message)
    return;
  set(holder, "Progressing", status, reason, message, now);
}

void set_available(Json& holder, bool enough, TimePoint now) {
  const auto* status = enough ? "True" : "False";
  if (condition_is(holder, "Available", status)) return;
  set(holder, "Available", status,
      enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      enough ? "Deployment has minimum availability."
             : "Deployment does not have minimum availability.",
      now);
}

std::optional<TimePoint> follow_progress(Json& holder, const Rollout& rollout, TimePoint now) {
  const auto& deployment = rollout.deployment;
  const auto& status = holder["status"];
  if (bool_at(deployment, {"spec", "paused"})) {
    set_progress(holder, "Unknown", "DeploymentPaused", "Deployment is paused", now);
    return std::nullopt;
  }
  if (progress_reason(holder) == "DeploymentPaused")
    set_progress(holder, "Unknown", "DeploymentResumed", "Deployment is resumed", now);
  if (rollout.just_created)
    set_progress(holder, "True", "NewReplicaSetCreated",
                 fmt::format("Created new replica set \"{}\"", rollout.current_set), now);
  // A finished rollout stays finished, whatever becomes of its pods later.
  if (integer_or(status, "replicas") == integer_or(status, "updatedReplicas") &&
      progress_reason(holder) == "NewReplicaSetAvailable")
    return std::nullopt;
  const auto subject = rollout.current_set.empty()
                           ? fmt::format("Deployment \"{}\"", name_of(deployment))
                           : fmt::format("ReplicaSet \"{}\"", rollout.current_set);
  if (is_complete(deployment, status)) {
    set_progress(holder, "True", "NewReplicaSetAvailable",
                 subject + " has successfully progressed.", now);
    return std::nullopt;
  }
  if (has_moved(deployment, status)) {
    set(holder, "Progressing", "True", "ReplicaSetUpdated", subject + " is progressing.", now);
  } else if (is_too_slow(holder, deployment, now)) {
    set_progress(holder, "False", "ProgressDeadlineExceeded",
                 subject + " has timed out progressing.", now);
    return std::nullopt;
  }
  const auto since = last_progress(holder);
  return since ? std::optional(*since + limit_of(deployment)) : std::nullopt;
}

}  // namespace

std::optional<TimePoint> add_conditions(Json& status, const Rollout& rollout, TimePoint now) {
  Json holder{{"status", std::move(status)}};
  set_available(holder,
                integer_or(holder["status"], "availableReplicas") >= rollout.least_available, now);
  std::optional<TimePoint> deadline;
  if (dig(rollout.deployment, {"spec", "progressDeadlineSeconds"}).is_number())
    deadline = follow_progress(holder, rollout, now);
  status = std::move(holder["status"]);
  return deadline;
}

bool is_complete(const Json& deployment, const Json& status) {
  const auto desired = integer_at(deployment, {"spec", "replicas"}, 1);
  return integer_or(status, "updatedReplicas") == desired &&
         integer_or(status, "replicas") == desired &&
         integer_or(status, "availableReplicas") == desired;
}

}  // namespace mtc::emulator::kubernetes
