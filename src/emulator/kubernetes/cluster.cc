#include "emulator/kubernetes/cluster.h"

#include <fmt/format.h>

#include <stdexcept>

#include "emulator/kubernetes/admission.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {

Cluster::Cluster(std::string id, ClusterOptions options, const Clock& clock, Random& random)
    : id_(std::move(id)), options_(std::move(options)), plane_(clock, random) {
  if (options_.begins) plane_.now = *options_.begins;
  store().observe([this](const ResourceKind& kind, const Change&) {
    const auto found = waiters_.find(&kind);
    if (found == waiters_.end()) return;
    for (auto* timer : found->second) timer->cancel();
  });
  for (const auto* name : {"default", "kube-system", "kube-public", "kube-node-lease"})
    create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  for (auto& role : preset_roles()) create(std::move(role));
  create({{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata",
           {{"name", "kubernetes"},
            {"namespace", "default"},
            {"labels", {{"component", "apiserver"}, {"provider", "kubernetes"}}}}},
          {"spec",
           {{"clusterIP", "172.16.252.1"},
            {"ports", Json::array({{{"name", "https"}, {"port", 443}, {"targetPort", 60002}}})}}}});
  plane_.run_until(plane_.now);
}

const User* Cluster::user_of(const std::string& token) const {
  const auto found = users_.find(token);
  return found == users_.end() ? nullptr : &found->second;
}

void Cluster::grant(const std::string& user, const std::string& cluster_role,
                    const std::string& ns) {
  Json binding{
      {"apiVersion", "rbac.authorization.k8s.io/v1"},
      {"kind", ns.empty() ? "ClusterRoleBinding" : "RoleBinding"},
      {"metadata",
       {{"name", fmt::format("{}-{}", user, cluster_role)},
        {"labels", {{"cloud.tencent.com/tke-account", user}}}}},
      {"roleRef",
       {{"apiGroup", "rbac.authorization.k8s.io"},
        {"kind", "ClusterRole"},
        {"name", cluster_role}}},
      {"subjects",
       Json::array(
           {{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", user}}})}};
  if (!ns.empty()) binding["metadata"]["namespace"] = ns;
  create(std::move(binding));
}

ObjectPtr Cluster::create(Json object) {
  const auto* row = find_kind(string_or(object, "apiVersion"), string_or(object, "kind"));
  if (row == nullptr)
    throw std::runtime_error("no such kind: " + string_or(object, "apiVersion") + " " +
                             string_or(object, "kind"));
  const auto& kind = *find_stored(row->group, row->plural);
  auto stored = KubeResult<ObjectPtr>(nullptr);
  if (auto ok = admit(plane_, kind, object, nullptr); !ok) {
    stored = std::unexpected(ok.error());
  } else {
    stored = plane_.registry.create(kind, std::move(object), {.now = plane_.now});
  }
  if (!stored) throw std::runtime_error(stored.error().message);
  return *stored;
}

void Cluster::add_waiter(const ResourceKind& kind, asio::steady_timer& timer) {
  waiters_[&kind].insert(&timer);
}
void Cluster::remove_waiter(const ResourceKind& kind, asio::steady_timer& timer) {
  waiters_[&kind].erase(&timer);
}

Json tke_node(const NodeShape& shape, TimePoint now) {
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  const auto condition = [&](const char* type, bool on, const char* reason, const char* message) {
    return Json{{"type", type},
                {"status", on ? "True" : "False"},
                {"reason", reason},
                {"message", message},
                {"lastHeartbeatTime", api_time(now)},
                {"lastTransitionTime", api_time(now)}};
  };
  const auto memory_kib = shape.memory_gib * 1024 * 1024;
  const auto address = shape.name;
  Json labels{{"beta.kubernetes.io/arch", "amd64"},
              {"beta.kubernetes.io/os", "linux"},
              {"kubernetes.io/arch", "amd64"},
              {"kubernetes.io/os", "linux"},
              {"kubernetes.io/hostname", shape.name},
              {"node.kubernetes.io/instance-type", shape.instance_type},
              {"beta.kubernetes.io/instance-type", shape.instance_type},
              {"topology.kubernetes.io/region", shape.region},
              {"topology.kubernetes.io/zone", shape.zone},
              {"failure-domain.beta.kubernetes.io/region", shape.region},
              {"failure-domain.beta.kubernetes.io/zone", shape.zone},
              {"cloud.tencent.com/node-instance-id", shape.instance_id},
              {"node.tke.cloud.tencent.com/cpu", text(shape.cpu)},
              {"node.tke.cloud.tencent.com/memory", text(shape.memory_gib)}};
  if (!shape.node_pool.empty()) labels["tke.cloud.tencent.com/nodepool-id"] = shape.node_pool;
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata", {{"name", shape.name}, {"labels", std::move(labels)}}},
          {"spec", {{"providerID", fmt::format("qcloud:///{}/{}", shape.zone, shape.instance_id)}}},
          {"status",
           {{"addresses", Json::array({{{"type", "InternalIP"}, {"address", address}},
                                       {{"type", "Hostname"}, {"address", shape.name}}})},
            {"capacity",
             {{"cpu", text(shape.cpu)},
              {"memory", fmt::format("{}Ki", memory_kib)},
              {"ephemeral-storage", "51473868Ki"},
              {"pods", text(shape.pods)}}},
            {"allocatable",
             {{"cpu", fmt::format("{}m", shape.cpu * 1000 - 80)},
              {"memory", fmt::format("{}Ki", memory_kib * 8 / 10)},
              {"ephemeral-storage", "47438316671"},
              {"pods", text(shape.pods)}}},
            {"conditions",
             {condition("MemoryPressure", false, "KubeletHasSufficientMemory",
                        "kubelet has sufficient memory available"),
              condition("DiskPressure", false, "KubeletHasNoDiskPressure",
                        "kubelet has no disk pressure"),
              condition("PIDPressure", false, "KubeletHasSufficientPID",
                        "kubelet has sufficient PID available"),
              condition("Ready", true, "KubeletReady", "kubelet is posting ready status")}},
            {"daemonEndpoints", {{"kubeletEndpoint", {{"Port", 10250}}}}},
            {"nodeInfo",
             {{"architecture", "amd64"},
              {"bootID", "0d7ee7ad-2ea5-4c8c-9a31-6ae9bb5f8d5c"},
              {"containerRuntimeVersion", "containerd://1.6.9-tke.6"},
              {"kernelVersion", "5.4.241-1-tlinux4-0017.7"},
              {"kubeProxyVersion", "v1.28.3-tke.4"},
              {"kubeletVersion", "v1.28.3-tke.4"},
              {"machineID", "9a31a6ae9bb5f8d5c0d7ee7ad2ea54c8"},
              {"operatingSystem", "linux"},
              {"osImage", "TencentOS Server 3.1 (TK4)"},
              {"systemUUID", "0d7ee7ad-2ea5-4c8c-9a31-6ae9bb5f8d5d"}}}}}};
}

}  // namespace mtc::emulator::kubernetes
