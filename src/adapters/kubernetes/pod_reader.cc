// Pods: their containers, and why they are not well.
#include <fmt/format.h>

#include "adapters/kubernetes/json_view.h"

namespace mtc::kubernetes {
namespace {

std::string ended_reason(const JsonView& terminated) {
  if (const auto reason = terminated["reason"].text(); !reason.empty()) return std::string(reason);
  if (const auto signal = terminated["signal"].integer(); signal != 0) {
    return fmt::format("Signal:{}", signal);
  }
  return fmt::format("ExitCode:{}", terminated["exitCode"].integer());
}

bool has_condition(const JsonView& status, std::string_view type) {
  bool found = false;
  status["conditions"].each([&](const JsonView& condition) {
    if (condition["type"].text() == type && condition["status"].text() == "True") found = true;
  });
  return found;
}

// Runs beside the others though it is listed as an init container.
bool is_sidecar(const JsonView& spec, std::string_view name) {
  bool found = false;
  spec["initContainers"].each([&](const JsonView& container) {
    if (container["name"].text() == name && container["restartPolicy"].text() == "Always") {
      found = true;
    }
  });
  return found;
}

// Why the pod has not got past its init containers; empty: it has. As kubectl says it.
std::string init_reason(const JsonView& spec, const JsonView& status) {
  std::string reason;
  std::size_t index = 0;
  bool decided = false;
  status["initContainerStatuses"].each([&](const JsonView& container) {
    if (decided) return;
    const std::size_t number = index++;
    const auto state = container["state"];
    const auto terminated = state["terminated"];
    if (terminated && terminated["exitCode"].integer() == 0) return;
    if (container["started"].flag() && is_sidecar(spec, container["name"].text())) return;
    decided = true;
    const auto waiting = state["waiting"]["reason"].text();
    if (terminated) {
      reason = "Init:" + ended_reason(terminated);
    } else if (!waiting.empty() && waiting != "PodInitializing") {
      reason = fmt::format("Init:{}", waiting);
    } else {
      reason = fmt::format("Init:{}/{}", number, spec["initContainers"].size());
    }
  });
  return reason;
}

// The reason of the first container that has one; "Completed" does not count while others run.
std::string container_reason(const JsonView& status) {
  std::string reason;
  bool running = false;
  status["containerStatuses"].each([&](const JsonView& container) {
    const auto state = container["state"];
    std::string own(state["waiting"]["reason"].text());
    if (own.empty() && state["terminated"]) own = ended_reason(state["terminated"]);
    if (own.empty() && container["ready"].flag() && state["running"]) running = true;
    if (!own.empty() && reason.empty()) reason = std::move(own);
  });
  if (reason != "Completed" || !running) return reason;
  return has_condition(status, "Ready") ? "" : "NotReady";
}

std::string placing_reason(const JsonView& status) {
  std::string reason;
  status["conditions"].each([&](const JsonView& condition) {
    if (condition["type"].text() == "PodScheduled" && condition["status"].text() == "False") {
      reason = condition["reason"].text();
    }
  });
  return reason;
}

// What kubectl shows as STATUS, but for the phase and "Terminating", which stand for themselves,
// "Unschedulable", which kubectl calls Pending, and that the reason of the whole pod ("Evicted")
// goes before those of its containers.
std::string reason_of(const JsonView& spec, const JsonView& status) {
  if (const auto own = status["reason"].text(); !own.empty()) return std::string(own);
  auto init = init_reason(spec, status);
  if (init.empty() || has_condition(status, "Initialized")) {
    auto reason = container_reason(status);
    if (!reason.empty()) return reason;
  }
  if (!init.empty()) return init;
  return placing_reason(status);
}

void read_resources(const JsonView& resources, clusters::Container& into) {
  const auto requests = resources["requests"];
  const auto limits = resources["limits"];
  into.cpu_request = millicores_at(requests["cpu"]);
  into.memory_request = whole_at(requests["memory"]);
  into.cpu_limit = millicores_at(limits["cpu"]);
  into.memory_limit = whole_at(limits["memory"]);
}

void read_status(const JsonView& status, clusters::Container& into) {
  into.ready = status["ready"].flag();
  into.restarts = status["restartCount"].integer();
  status["state"].members([&into](std::string_view name, const JsonView& state) {
    if (!state) return;
    into.state = name;
    into.reason = name == "terminated" ? ended_reason(state) : std::string(state["reason"].text());
  });
  if (const auto last = status["lastState"]["terminated"]) {
    into.last_reason = ended_reason(last);
    into.last_exit = last["exitCode"].integer();
  }
}

}  // namespace

void read_pod(const JsonView& item, clusters::Pod& into) {
  const auto metadata = item["metadata"];
  const auto spec = item["spec"];
  const auto status = item["status"];
  into.ns = metadata["namespace"].text();
  into.name = metadata["name"].text();
  into.node = spec["nodeName"].text();
  const auto owner = controller_of(metadata);
  into.owner_kind = owner["kind"].text();
  into.owner_name = owner["name"].text();
  into.phase = status["phase"].text();
  into.reason = reason_of(spec, status);
  into.ready = has_condition(status, "Ready");
  into.terminating = static_cast<bool>(metadata["deletionTimestamp"]);
  into.created = time_of(metadata["creationTimestamp"]);
  into.labels = pairs_of(metadata["labels"]);
  into.containers.reserve(spec["containers"].size());
  spec["containers"].each([&](const JsonView& container) {
    auto& out = into.containers.emplace_back();
    out.name = container["name"].text();
    out.image = container["image"].text();
    read_resources(container["resources"], out);
  });
  status["containerStatuses"].each([&](const JsonView& container) {
    const auto name = container["name"].text();
    for (auto& out : into.containers) {
      if (out.name == name) read_status(container, out);
    }
  });
}

}  // namespace mtc::kubernetes
