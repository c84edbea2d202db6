#include <fmt/format.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/table_printers.h"

namespace mtc::emulator::kubernetes {
namespace {

// The three wide columns of everything that has a pod template.
void add_template(Json& cells, const Json& object, std::string_view spec = "spec.template.spec") {
  const auto& containers = member_at(object, fmt::format("{}.containers", spec));
  cells.push_back(or_none(joined(containers, "name")));
  cells.push_back(or_none(joined(containers, "image")));
}

Json deployment_cells(const Json& object, TimePoint now) {
  Json out = {name_of(object),
              fmt::format("{}/{}", number_at(object, "status.readyReplicas"),
                          number_at(object, "spec.replicas", 1)),
              number_at(object, "status.updatedReplicas"),
              number_at(object, "status.availableReplicas"), age_cell(object, now)};
  add_template(out, object);
  out.push_back(selector_cell(member_at(object, "spec.selector")));
  return out;
}

Json replica_set_cells(const Json& object, TimePoint now) {
  Json out = {name_of(object), number_at(object, "spec.replicas", 1),
              number_at(object, "status.replicas"), number_at(object, "status.readyReplicas"),
              age_cell(object, now)};
  add_template(out, object);
  out.push_back(selector_cell(member_at(object, "spec.selector")));
  return out;
}

Json stateful_set_cells(const Json& object, TimePoint now) {
  Json out = {name_of(object),
              fmt::format("{}/{}", number_at(object, "status.readyReplicas"),
                          number_at(object, "spec.replicas", 1)),
              age_cell(object, now)};
  add_template(out, object);
  return out;
}

Json daemon_set_cells(const Json& object, TimePoint now) {
  Json out = {name_of(object),
              number_at(object, "status.desiredNumberScheduled"),
              number_at(object, "status.currentNumberScheduled"),
              number_at(object, "status.numberReady"),
              number_at(object, "status.updatedNumberScheduled"),
              number_at(object, "status.numberAvailable"),
              labels_cell(member_at(object, "spec.template.spec.nodeSelector")),
              age_cell(object, now)};
  add_template(out, object);
  out.push_back(selector_cell(member_at(object, "spec.selector")));
  return out;
}

std::string completions(const Json& job) {
  const auto done = number_at(job, "status.succeeded");
  const auto& wanted = member_at(job, "spec.completions");
  if (wanted.is_number_integer()) return fmt::format("{}/{}", done, wanted.get<std::int64_t>());
  const auto parallel = number_at(job, "spec.parallelism");
  return parallel > 1 ? fmt::format("{}/1 of {}", done, parallel) : fmt::format("{}/1", done);
}

std::string job_duration(const Json& job, TimePoint now) {
  const auto start = read_api_time(text_at(job, "status.startTime"));
  if (!start) return "";
  const auto end = read_api_time(text_at(job, "status.completionTime"));
  return human_duration(end.value_or(now) - *start);
}

Json job_cells(const Json& object, TimePoint now) {
  Json out = {name_of(object), completions(object), job_duration(object, now),
              age_cell(object, now)};
  add_template(out, object);
  out.push_back(selector_cell(member_at(object, "spec.selector")));
  return out;
}

Json cron_job_cells(const Json& object, TimePoint now) {
  const auto& suspend = member_at(object, "spec.suspend");
  Json out = {name_of(object),
              text_at(object, "spec.schedule"),
              suspend.is_boolean() ? (suspend.get<bool>() ? "True" : "False") : "<unset>",
              member_at(object, "status.active").size(),
              since_cell(object, "status.lastScheduleTime", now, "<none>"),
              age_cell(object, now)};
  add_template(out, object, "spec.jobTemplate.spec.template.spec");
  out.push_back(selector_cell(member_at(object, "spec.jobTemplate.spec.selector")));
  return out;
}

Json autoscaler_cells(const Json& object, TimePoint now) {
  const auto percent = [&](const char* path) {
    const auto text = text_at(object, path);
    return text.empty() ? std::string("<unknown>") : text + "%";
  };
  const auto target =
      member_at(object, "spec.targetCPUUtilizationPercentage").is_number()
          ? fmt::format("cpu: {}/{}", percent("status.currentCPUUtilizationPercentage"),
                        percent("spec.targetCPUUtilizationPercentage"))
          : "<none>";
  return {name_of(object),
          fmt::format("{}/{}", text_at(object, "spec.scaleTargetRef.kind"),
                      text_at(object, "spec.scaleTargetRef.name")),
          target,
          text_at(object, "spec.minReplicas", "<unset>"),
          number_at(object, "spec.maxReplicas"),
          number_at(object, "status.currentReplicas"),
          age_cell(object, now)};
}

Json budget_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_at(object, "spec.minAvailable", "N/A"),
          text_at(object, "spec.maxUnavailable", "N/A"),
          number_at(object, "status.disruptionsAllowed"), age_cell(object, now)};
}

constexpr TablePrinter kPrinters[] = {
    {"Deployment", "Name|Ready|Up-to-date#|Available#|Age|+Containers|+Images|+Selector",
     deployment_cells},
    {"ReplicaSet", "Name|Desired#|Current#|Ready#|Age|+Containers|+Images|+Selector",
     replica_set_cells},
    {"StatefulSet", "Name|Ready|Age|+Containers|+Images", stateful_set_cells},
    {"DaemonSet",
     "Name|Desired#|Current#|Ready#|Up-to-date#|Available#|Node Selector|Age|+Containers|+Images|"
     "+Selector",
     daemon_set_cells},
    {"Job", "Name|Completions|Duration|Age|+Containers|+Images|+Selector", job_cells},
    {"CronJob", "Name|Schedule|Suspend|Active#|Last Schedule|Age|+Containers|+Images|+Selector",
     cron_job_cells},
    {"HorizontalPodAutoscaler", "Name|Reference|Targets|MinPods|MaxPods#|Replicas#|Age",
     autoscaler_cells},
    {"PodDisruptionBudget", "Name|Min Available|Max Unavailable|Allowed Disruptions#|Age",
     budget_cells},
};

}  // namespace

std::span<const TablePrinter> workload_printers() {
  return kPrinters;
}

}  // namespace mtc::emulator::kubernetes
