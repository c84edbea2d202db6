// How pods, and what they run on and say, are printed. The pod's STATUS follows printPod of
// Kubernetes' internalversion printers case by case.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/table_printers.h"

namespace mtc::emulator::kubernetes {
namespace {

std::string how_it_ended(const Json& terminated) {
  if (const auto reason = string_or(terminated, "reason"); !reason.empty()) return reason;
  if (const auto signal = integer_or(terminated, "signal"); signal != 0)
    return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", integer_or(terminated, "exitCode"));
}

struct PodSummary {
  std::string status;
  std::int64_t ready = 0;
  std::int64_t restarts = 0;
  std::string last_restart;  // a time, or empty

  void count_restarts(const Json& container) {
    restarts += integer_or(container, "restartCount");
    // Times of one form compare as texts do.
    last_restart = std::max(last_restart, text_at(container, "lastState.terminated.finishedAt"));
  }
};

// True while an init container has not done its part; `status` says which.
bool initializing(const Json& pod, PodSummary& summary) {
  const auto& all = member_at(pod, "status.initContainerStatuses");
  for (std::size_t i = 0; i < all.size(); ++i) {
    summary.count_restarts(all[i]);
    const auto& terminated = member_at(all[i], "state.terminated");
    if (terminated.is_object()) {
      if (integer_or(terminated, "exitCode") == 0) continue;
      summary.status = "Init:" + how_it_ended(terminated);
      return true;
    }
    const auto waits = text_at(all[i], "state.waiting.reason");
    summary.status =
        waits.empty() || waits == "PodInitializing"
            ? fmt::format("Init:{}/{}", i, member_at(pod, "spec.initContainers").size())
            : "Init:" + waits;
    return true;
  }
  return false;
}

void look_at_containers(const Json& pod, PodSummary& summary) {
  summary.restarts = 0;
  bool has_running = false;
  const auto& all = array_or_empty(object_or_empty(pod, "status"), "containerStatuses");
  for (auto container = all.rbegin(); container != all.rend(); ++container) {
    summary.count_restarts(*container);
    const auto waits = text_at(*container, "state.waiting.reason");
    const auto& terminated = member_at(*container, "state.terminated");
    if (!waits.empty()) {
      summary.status = waits;
    } else if (terminated.is_object()) {
      summary.status = how_it_ended(terminated);
    } else if (bool_or(*container, "ready") && member_at(*container, "state.running").is_object()) {
      has_running = true;
      ++summary.ready;
    }
  }
  if (summary.status == "Completed" && has_running)
    summary.status = condition_is(pod, "Ready", "True") ? "Running" : "NotReady";
}

PodSummary summarize(const Json& pod) {
  PodSummary out;
  const auto phase = text_at(pod, "status.phase");
  const auto reason = text_at(pod, "status.reason");
  out.status = reason.empty() ? phase : reason;
  if (!initializing(pod, out) || condition_is(pod, "Initialized", "True"))
    look_at_containers(pod, out);
  if (!text_at(pod, "metadata.deletionTimestamp").empty()) {
    if (reason == "NodeLost") {
      out.status = "Unknown";
    } else if (phase != "Succeeded" && phase != "Failed") {
      out.status = "Terminating";
    }
  }
  return out;
}

std::string restarts_cell(const PodSummary& summary, TimePoint now) {
  if (summary.restarts == 0 || summary.last_restart.empty())
    return std::to_string(summary.restarts);
  return fmt::format("{} ({} ago)", summary.restarts, age_since(summary.last_restart, now));
}

std::string gates_cell(const Json& pod) {
  const auto& gates = member_at(pod, "spec.readinessGates");
  if (gates.empty()) return "<none>";
  const auto open = std::ranges::count_if(gates, [&](const Json& gate) {
    return condition_is(pod, string_or(gate, "conditionType"), "True");
  });
  return fmt::format("{}/{}", open, gates.size());
}

Json pod_cells(const Json& pod, TimePoint now) {
  const auto summary = summarize(pod);
  return {name_of(pod),
          fmt::format("{}/{}", summary.ready, member_at(pod, "spec.containers").size()),
          summary.status,
          restarts_cell(summary, now),
          age_cell(pod, now),
          or_none(text_at(pod, "status.podIP")),
          or_none(text_at(pod, "spec.nodeName")),
          or_none(text_at(pod, "status.nominatedNodeName")),
          gates_cell(pod)};
}

std::string node_status(const Json& node) {
  std::string out = "Unknown";
  for (const auto& one : array_or_empty(object_or_empty(node, "status"), "conditions"))
    if (string_or(one, "type") == "Ready")
      out = string_or(one, "status") == "True" ? "Ready" : "NotReady";
  if (bool_or(object_or_empty(node, "spec"), "unschedulable")) out += ",SchedulingDisabled";
  return out;
}

std::string node_roles(const Json& node) {
  constexpr std::string_view kRole = "node-role.kubernetes.io/";
  std::set<std::string> roles;
  const auto& labels = object_or_empty(object_or_empty(node, "metadata"), "labels");
  for (const auto& [key, value] : labels.items()) {
    if (key.starts_with(kRole) && key.size() > kRole.size())
      roles.insert(key.substr(kRole.size()));
    else if (key == "kubernetes.io/role" && value.is_string() && value != "")
      roles.insert(value.get<std::string>());
  }
  return or_none(join({roles.begin(), roles.end()}, ","));
}

std::string node_address(const Json& node, std::string_view type) {
  for (const auto& one : array_or_empty(object_or_empty(node, "status"), "addresses"))
    if (string_or(one, "type") == type) return string_or(one, "address");
  return "<none>";
}

Json node_cells(const Json& node, TimePoint now) {
  const auto info = [&](const char* member) {
    const auto text = text_at(node, std::string("status.nodeInfo.") + member);
    return text.empty() ? "<unknown>" : text;
  };
  return {name_of(node),
          node_status(node),
          node_roles(node),
          age_cell(node, now),
          text_at(node, "status.nodeInfo.kubeletVersion"),
          node_address(node, "InternalIP"),
          node_address(node, "ExternalIP"),
          info("osImage"),
          info("kernelVersion"),
          info("containerRuntimeVersion")};
}

std::string event_source(const Json& event) {
  auto component = text_at(event, "source.component");
  auto host = text_at(event, "source.host");
  if (component.empty()) {
    component = text_at(event, "reportingComponent");
    host = text_at(event, "reportingInstance");
  }
  return host.empty() ? component : fmt::format("{}, {}", component, host);
}

Json event_cells(const Json& event, TimePoint now) {
  const auto first =
      since_cell(event, "firstTimestamp", now, since_cell(event, "eventTime", now, "<unknown>"));
  const auto last = since_cell(event, "series.lastObservedTime", now,
                               since_cell(event, "lastTimestamp", now, first));
  auto object = to_lower_ascii(text_at(event, "involvedObject.kind"));
  if (const auto name = text_at(event, "involvedObject.name"); !name.empty()) object += "/" + name;
  const auto count = number_at(event, "series.count", number_at(event, "count"));
  return {last,
          text_at(event, "type"),
          text_at(event, "reason"),
          object,
          text_at(event, "involvedObject.fieldPath"),
          event_source(event),
          std::string(trim(text_at(event, "message"))),
          first,
          std::max<std::int64_t>(count, 1),
          name_of(event)};
}

Json namespace_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_at(object, "status.phase"), age_cell(object, now)};
}

constexpr TablePrinter kPrinters[] = {
    {"Pod", "Name|Ready|Status|Restarts|Age|+IP|+Node|+Nominated Node|+Readiness Gates", pod_cells},
    {"Node",
     "Name|Status|Roles|Age|Version|+Internal-IP|+External-IP|+OS-Image|+Kernel-Version|"
     "+Container-Runtime",
     node_cells},
    {"Event", "Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count#|+Name",
     event_cells},
    {"Namespace", "Name|Status|Age", namespace_cells},
};

}  // namespace

std::span<const TablePrinter> pod_printers() {
  return kPrinters;
}

}  // namespace mtc::emulator::kubernetes
