// Jobs: pods until enough of them have succeeded, or too many failed.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kComponent = "job-controller";

bool is_finished(const Json& job) {
  return condition_is(job, "Complete", "True") || condition_is(job, "Failed", "True");
}

struct Counts {
  std::vector<ObjectPtr> active;
  std::int64_t succeeded = 0, failed = 0, ready = 0, restarts = 0;
};

Counts count(const ControlPlane& plane, const Json& job) {
  Counts out;
  for (const auto& pod : plane.controlled(known::pods(), job)) {
    const auto& value = pod->value();
    const auto phase = text_at(value, {"status", "phase"});
    if (phase == "Succeeded") {
      ++out.succeeded;
    } else if (phase == "Failed") {
      ++out.failed;
    } else if (!is_deleted(value)) {
      out.active.push_back(pod);
      if (is_ready(value)) ++out.ready;
      for (const auto& one : array_or_empty(object_or_empty(value, "status"), "containerStatuses"))
        out.restarts += integer_or(one, "restartCount");
    }
  }
  return out;
}

void finish(ControlPlane& plane, const Json& job, Json& holder, const char* type, Json more) {
  Json condition{{"type", type}, {"status", "True"}, {"lastProbeTime", api_time(plane.now)}};
  condition.update(more);
  set_condition(holder, std::move(condition), plane.now);
  if (std::string_view(type) == "Complete") {
    holder["status"]["completionTime"] = api_time(plane.now);
    plane.tell(job, kComponent, "Normal", "Completed", "Job completed");
  } else {
    plane.tell(job, kComponent, "Warning", string_or(more, "reason"), string_or(more, "message"));
  }
}

}  // namespace

void sync_job(ControlPlane& plane, const Json& job) {
  if (is_deleted(job)) return;
  auto counts = count(plane, job);
  const auto completions = integer_at(job, {"spec", "completions"}, 1);
  const auto parallelism = wanted_pods(job, "parallelism");
  const auto limit = integer_at(job, {"spec", "backoffLimit"}, 6);
  const bool suspended = bool_at(job, {"spec", "suspend"});
  Json holder{{"status", object_or_empty(job, "status")}};
  auto& status = holder["status"];
  if (!status.contains("startTime") && !suspended) status["startTime"] = api_time(plane.now);
  if (!is_finished(job)) {
    const auto stop_all = [&] {
      for (const auto& pod : counts.active)
        (void)plane.registry.remove(known::pods(), pod->id(), {}, {.now = plane.now});
      counts.active.clear();
    };
    if (counts.succeeded >= completions) {
      finish(plane, job, holder, "Complete", Json::object());
    } else if (counts.failed > limit || counts.restarts > limit) {
      stop_all();
      finish(plane, job, holder, "Failed",
             {{"reason", "BackoffLimitExceeded"},
              {"message", "Job has reached the specified backoff limit"}});
    } else if (suspended) {
      stop_all();
    } else {
      const auto wanted = std::min(parallelism, completions - counts.succeeded);
      for (auto have = static_cast<std::int64_t>(counts.active.size()); have < wanted; ++have) {
        const auto pod = plane.create_pod(job, dig(job, {"spec", "template"}),
                                          {{"generateName", name_of(job) + "-"}});
        if (!pod) break;
        plane.tell(job, kComponent, "Normal", "SuccessfulCreate",
                   "Created pod: " + (*pod)->id().name);
        counts.active.push_back(*pod);
      }
    }
  }
  const auto put = [&](const char* key, std::int64_t value) {
    if (value > 0) {
      status[key] = value;
    } else {
      status.erase(key);
    }
  };
  put("active", static_cast<std::int64_t>(counts.active.size()));
  put("succeeded", counts.succeeded);
  put("failed", counts.failed);
  put("ready", counts.ready);
  (void)plane.set_status(known::jobs(), job, status);
}

}  // namespace mtc::emulator::kubernetes
