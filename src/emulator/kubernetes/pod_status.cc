#include "emulator/kubernetes/pod_status.h"

#include <fmt/format.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/quantity.h"

namespace mtc::emulator::kubernetes {
namespace {

using State = ContainerRun::State;

// Of the image's name, so that the same image is the same everywhere.
std::string image_id(const std::string& image) {
  std::string digits;
  for (std::uint32_t part = 0; part < 8; ++part)
    digits += fmt::format("{:08x}", fnv32(fmt::format("{}{}", image, part)));
  return fmt::format("{}@sha256:{}", image.substr(0, image.rfind(':')), digits);
}

Json termination_json(const Termination& end) {
  return {{"containerID", end.container_id},
          {"exitCode", end.exit_code},
          {"reason", end.reason},
          {"startedAt", api_time(end.started)},
          {"finishedAt", api_time(end.finished)}};
}

Json waiting(std::string_view reason, const std::string& message) {
  return {{"waiting", {{"reason", reason}, {"message", message}}}};
}

Json state_of(const ContainerRun& run) {
  switch (run.state) {
    case State::pulling:
      if (run.pull_failed) return waiting("ErrImagePull", run.wait_message);
      return {{"waiting", {{"reason", "ContainerCreating"}}}};
    case State::image_wait:
      return waiting("ImagePullBackOff", run.wait_message);
    case State::config_wait:
      return waiting("CreateContainerConfigError", run.wait_message);
    case State::running:
      return {{"running", {{"startedAt", api_time(run.started)}}}};
    case State::crash_wait:
      return waiting("CrashLoopBackOff", run.wait_message);
    case State::ended:
      return {{"terminated", termination_json(*run.last)}};
  }
  return Json::object();
}

Json container_status(const ContainerRun& run, const Json& container) {
  const bool runs = run.state == State::running;
  Json out{{"name", string_or(container, "name")},
           {"image", run.image},
           {"imageID", run.container_id.empty() ? "" : image_id(run.image)},
           {"ready", runs && run.ready},
           {"started", runs},
           {"restartCount", run.restarts},
           {"state", state_of(run)},
           {"lastState", Json::object()}};
  if (!run.container_id.empty()) out["containerID"] = run.container_id;
  if (run.last && run.state != State::ended)
    out["lastState"] = {{"terminated", termination_json(*run.last)}};
  return out;
}

std::string phase_of(const PodRun& run, const Json& pod) {
  bool all_ended = !run.containers.empty(), failed = false, any_started = false;
  for (const auto& one : run.containers) {
    all_ended = all_ended && one.state == State::ended;
    failed = failed || (one.last && one.last->exit_code != 0);
    any_started = any_started || !one.container_id.empty();
  }
  if (all_ended && text_at(pod, {"spec", "restartPolicy"}, "Always") != "Always")
    return failed ? "Failed" : "Succeeded";
  return any_started ? "Running" : "Pending";
}

Json pod_condition(const Json& old, std::string_view type, bool holds, std::string reason,
                   std::string message, TimePoint now) {
  const auto status = holds ? "True" : "False";
  auto since = api_time(now);
  for (const auto& one : array_or_empty(old, "conditions"))
    if (string_or(one, "type") == type && string_or(one, "status") == status)
      since = string_or(one, "lastTransitionTime", since);
  Json out{{"type", type},
           {"status", status},
           {"lastProbeTime", nullptr},
           {"lastTransitionTime", since}};
  if (!reason.empty()) out["reason"] = std::move(reason);
  if (!message.empty()) out["message"] = std::move(message);
  return out;
}

std::string qos_class(const Json& pod) {
  bool any = false, all = true;
  for (const auto& container : array_or_empty(object_or_empty(pod, "spec"), "containers")) {
    const auto& limits = dig(container, {"resources", "limits"});
    const auto& requests = dig(container, {"resources", "requests"});
    any = any || (limits.is_object() && !limits.empty()) ||
          (requests.is_object() && !requests.empty());
    for (const auto* name : {"cpu", "memory"}) {
      const auto limit = milli_of(limits, name);
      all =
          all && limit > 0 &&
          (!requests.is_object() || !requests.contains(name) || milli_of(requests, name) == limit);
    }
  }
  if (!any) return "BestEffort";
  return all ? "Guaranteed" : "Burstable";
}

}  // namespace

Json pod_status(const PodRun& run, const Json& pod, const NodeInfo* node, TimePoint now) {
  const auto& old = object_or_empty(pod, "status");
  const auto phase = phase_of(run, pod);
  std::string unready;
  auto statuses = Json::array();
  const auto& containers = array_or_empty(object_or_empty(pod, "spec"), "containers");
  for (std::size_t i = 0; i < run.containers.size() && i < containers.size(); ++i) {
    const auto& one = run.containers[i];
    if (one.state != State::running || !one.ready)
      unready += (unready.empty() ? "" : " ") + string_or(containers[i], "name");
    statuses.push_back(container_status(one, containers[i]));
  }
  const bool ended = phase == "Succeeded" || phase == "Failed";
  const bool ready = unready.empty() && !ended;
  const std::string reason =
      ready ? "" : (phase == "Succeeded" ? "PodCompleted" : "ContainersNotReady");
  const auto message = ready || phase == "Succeeded"
                           ? std::string()
                           : fmt::format("containers with unready status: [{}]", unready);
  Json status{{"phase", phase},
              {"conditions",
               {pod_condition(old, "Initialized", true, phase == "Succeeded" ? "PodCompleted" : "",
                              "", now),
                pod_condition(old, "Ready", ready, reason, message, now),
                pod_condition(old, "ContainersReady", ready, reason, message, now),
                pod_condition(old, "PodScheduled", true, "", "", now)}},
              {"startTime", api_time(run.began)},
              {"containerStatuses", std::move(statuses)},
              {"qosClass", qos_class(pod)}};
  const auto host = node == nullptr ? std::string() : node->internal_ip;
  if (!host.empty()) status["hostIP"] = host;
  if (phase != "Pending") {
    status["podIP"] = run.ip.empty() ? host : run.ip;
    status["podIPs"] = Json::array({{{"ip", status["podIP"]}}});
  }
  return status;
}

}  // namespace mtc::emulator::kubernetes
