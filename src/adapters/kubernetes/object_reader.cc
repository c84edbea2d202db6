// All kinds but pods.
#include <fmt/format.h>

#include <algorithm>

#include "adapters/kubernetes/json_view.h"

namespace mtc::kubernetes {
namespace {

using clusters::WorkloadKind;

constexpr std::size_t kMaxPressures = 16;

void read_conditions(const JsonView& status, clusters::Workload& into) {
  status["conditions"].each([&into](const JsonView& condition) {
    into.conditions.push_back({.type = std::string(condition["type"].text()),
                               .status = std::string(condition["status"].text()),
                               .reason = std::string(condition["reason"].text()),
                               .message = std::string(condition["message"].text())});
  });
}

void read_images(const JsonView& template_spec, clusters::Workload& into) {
  template_spec["containers"].each(
      [&into](const JsonView& container) { into.images.emplace_back(container["image"].text()); });
}

void read_replicas(const JsonView& spec, const JsonView& status, clusters::Workload& into) {
  into.desired = spec["replicas"].integer(1);
  into.ready = status["readyReplicas"].integer();
  into.updated = status["updatedReplicas"].integer();
  into.available = status["availableReplicas"].integer();
  into.failed = status["unavailableReplicas"].integer();
}

void read_counts(const JsonView& spec, const JsonView& status, clusters::Workload& into) {
  switch (into.kind) {
    case WorkloadKind::deployment:
    case WorkloadKind::stateful_set:
    case WorkloadKind::replica_set:
      read_replicas(spec, status, into);
      break;
    case WorkloadKind::daemon_set:
      into.desired = status["desiredNumberScheduled"].integer();
      into.ready = status["numberReady"].integer();
      into.updated = status["updatedNumberScheduled"].integer();
      into.available = status["numberAvailable"].integer();
      into.failed = status["numberUnavailable"].integer();
      break;
    case WorkloadKind::job:
      into.desired = spec["completions"].integer(spec["parallelism"].integer(1));
      into.ready = status["active"].integer();
      into.available = status["succeeded"].integer();
      into.failed = status["failed"].integer();
      break;
    case WorkloadKind::cron_job:
      into.desired = into.ready = static_cast<std::int64_t>(status["active"].size());
      break;
  }
}

bool is_node_reference(std::string_view id) {
  return !id.empty() && id.find('/') == std::string_view::npos;
}

std::string instance_of(const JsonView& labels, const JsonView& spec) {
  if (const auto label = labels["cloud.tencent.com/node-instance-id"].text(); !label.empty()) {
    return std::string(label);
  }
  const auto provider = spec["providerID"].text();  // "qcloud:///100003/ins-0a1b2c3d"
  const auto slash = provider.rfind('/');
  const auto id = slash == std::string_view::npos ? "" : provider.substr(slash + 1);
  return is_node_reference(id) ? std::string(id) : std::string();
}

std::string first_of(const JsonView& labels, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (const auto value = labels[name].text(); !value.empty()) return std::string(value);
  }
  return {};
}

void read_node_conditions(const JsonView& status, clusters::Node& into) {
  status["conditions"].each([&into](const JsonView& condition) {
    const auto type = condition["type"].text();
    const bool on = condition["status"].text() == "True";
    if (type == "Ready") {
      into.ready = on;
      if (!on) into.not_ready_reason = condition["reason"].text();
    } else if (on && into.pressures.size() < kMaxPressures) {
      into.pressures.emplace_back(type);
    }
  });
}

void add_addresses(const JsonView& load_balancer, std::vector<std::string>& into) {
  load_balancer["ingress"].each([&into](const JsonView& entry) {
    const auto ip = entry["ip"].text();
    const auto name = ip.empty() ? entry["hostname"].text() : ip;
    if (!name.empty()) into.emplace_back(name);
  });
}

void add_once(std::vector<std::string>& list, std::string_view text) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.emplace_back(text);
}

std::string port_of(const JsonView& port) {
  const auto protocol = port["protocol"].text();
  const auto node_port = port["nodePort"].integer();
  const auto number = port["port"].integer();
  return fmt::format("{}{}/{}", number, node_port == 0 ? "" : fmt::format(":{}", node_port),
                     protocol.empty() ? "TCP" : protocol);
}

}  // namespace

void read_node(const JsonView& item, clusters::Node& into) {
  const auto metadata = item["metadata"];
  const auto labels = metadata["labels"];
  const auto status = item["status"];
  into.name = metadata["name"].text();
  into.created = time_of(metadata["creationTimestamp"]);
  into.unschedulable = item["spec"]["unschedulable"].flag();
  into.version = status["nodeInfo"]["kubeletVersion"].text();
  into.instance_id = instance_of(labels, item["spec"]);
  into.pool_id = first_of(
      labels, {"tke.cloud.tencent.com/nodepool-id", "node.tke.cloud.tencent.com/machineset",
               "cloud.tencent.com/auto-scaling-group-id"});
  into.zone =
      first_of(labels, {"topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"});
  status["addresses"].each([&into](const JsonView& address) {
    if (address["type"].text() == "InternalIP" && into.address.empty()) {
      into.address = address["address"].text();
    }
  });
  read_node_conditions(status, into);
  const auto room = status["allocatable"] ? status["allocatable"] : status["capacity"];
  into.cpu = millicores_at(room["cpu"]);
  into.memory = whole_at(room["memory"]);
  into.pods = whole_at(room["pods"]);
  into.ephemeral_storage = whole_at(room["ephemeral-storage"]);
}

void read_workload(const JsonView& item, clusters::Workload& into) {
  const auto metadata = item["metadata"];
  const auto spec = item["spec"];
  const auto status = item["status"];
  const bool cron = into.kind == WorkloadKind::cron_job;
  into.ns = metadata["namespace"].text();
  into.name = metadata["name"].text();
  into.uid = metadata["uid"].text();
  into.resource_version = metadata["resourceVersion"].text();
  into.generation = metadata["generation"].integer();
  into.observed = status["observedGeneration"].integer();
  read_counts(spec, status, into);
  into.paused = spec["paused"].flag() || spec["suspend"].flag();
  into.revision = metadata["annotations"]["deployment.kubernetes.io/revision"].text();
  into.owner_name = controller_of(metadata)["name"].text();
  into.schedule = spec["schedule"].text();
  into.selector = pairs_of(spec["selector"]["matchLabels"]);
  into.labels = pairs_of(metadata["labels"]);
  read_images((cron ? spec["jobTemplate"]["spec"] : spec)["template"]["spec"], into);
  read_conditions(status, into);
  into.created = time_of(metadata["creationTimestamp"]);
}

void read_service(const JsonView& item, clusters::Service& into) {
  const auto spec = item["spec"];
  into.ns = item["metadata"]["namespace"].text();
  into.name = item["metadata"]["name"].text();
  into.type = spec["type"].text();
  into.cluster_ip = spec["clusterIP"].text();
  add_addresses(item["status"]["loadBalancer"], into.addresses);
  spec["externalIPs"].each([&into](const JsonView& ip) { add_once(into.addresses, ip.text()); });
  add_once(into.addresses, spec["externalName"].text());
  spec["ports"].each([&into](const JsonView& port) { into.ports.push_back(port_of(port)); });
  into.selector = pairs_of(spec["selector"]);
}

void read_ingress(const JsonView& item, clusters::Ingress& into) {
  const auto spec = item["spec"];
  into.ns = item["metadata"]["namespace"].text();
  into.name = item["metadata"]["name"].text();
  add_once(into.services, spec["defaultBackend"]["service"]["name"].text());
  spec["rules"].each([&into](const JsonView& rule) {
    add_once(into.hosts, rule["host"].text());
    rule["http"]["paths"].each([&into](const JsonView& path) {
      add_once(into.services, path["backend"]["service"]["name"].text());
    });
  });
  add_addresses(item["status"]["loadBalancer"], into.addresses);
}

void read_event(const JsonView& item, clusters::Event& into) {
  const auto series = item["series"];
  into.ns = item["metadata"]["namespace"].text();
  into.object_kind = item["involvedObject"]["kind"].text();
  into.object_name = item["involvedObject"]["name"].text();
  into.type = item["type"].text();
  into.reason = item["reason"].text();
  into.message = item["message"].text();
  into.count = std::max<std::int64_t>({1, item["count"].integer(), series["count"].integer()});
  const auto made = time_of(item["metadata"]["creationTimestamp"]);
  const auto at = time_of(item["eventTime"]);
  const auto either = [](TimePoint first, TimePoint second) {
    return first == TimePoint{} ? second : first;
  };
  into.first = either(either(time_of(item["firstTimestamp"]), at), made);
  into.last =
      std::max({time_of(item["lastTimestamp"]), time_of(series["lastObservedTime"]), into.first});
}

void read_budget(const JsonView& item, clusters::DisruptionBudget& into) {
  const auto status = item["status"];
  into.ns = item["metadata"]["namespace"].text();
  into.name = item["metadata"]["name"].text();
  into.selector = pairs_of(item["spec"]["selector"]["matchLabels"]);
  into.allowed = status["disruptionsAllowed"].integer();
  into.healthy = status["currentHealthy"].integer();
  into.desired_healthy = status["desiredHealthy"].integer();
  into.expected = status["expectedPods"].integer();
}

void read_usage(const JsonView& item, clusters::Usage& into) {
  into.ns = item["metadata"]["namespace"].text();
  into.name = item["metadata"]["name"].text();
  into.at = time_of(item["timestamp"]);
  const auto add = [&into](const JsonView& usage) {
    into.cpu += millicores_at(usage["cpu"]);
    into.memory += whole_at(usage["memory"]);
  };
  add(item["usage"]);  // a node's
  item["containers"].each([&add](const JsonView& container) { add(container["usage"]); });
}

}  // namespace mtc::kubernetes
