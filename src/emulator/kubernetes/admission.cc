#include "emulator/kubernetes/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "emulator/kubernetes/defaults.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/pod_rules.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

bool is_one_of(std::string_view kind, std::initializer_list<std::string_view> kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

// The rest of what follows is of the object's own kind.
class Check {
 public:
  Check(const ResourceKind& kind, const Json& object, const Json& old)
      : kind_(kind), object_(object), old_(old) {}

  std::vector<FieldError> run() {
    check_metadata(kind_, object_, errors_);
    const auto& name = kind_.kind;
    if (is_one_of(name, {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})) workload();
    if (name == "Job") job();
    if (name == "Pod") pod();
    if (name == "Service") service();
    if (name == "ConfigMap" || name == "Secret") configuration();
    if (name == "PodDisruptionBudget") budget();
    if (name == "HorizontalPodAutoscaler" && !dig(object_, {"spec", "maxReplicas"}).is_number())
      add(field_required("spec.maxReplicas"));
    if (name == "RoleBinding" || name == "ClusterRoleBinding") binding();
    if (name == "CronJob" && text_at(object_, {"spec", "schedule"}).empty())
      add(field_required("spec.schedule"));
    return std::move(errors_);
  }

 private:
  void add(FieldError error) { errors_.push_back(std::move(error)); }
  bool is_new() const { return old_.is_null(); }
  const Json& spec(std::string_view key) const { return dig(object_, {"spec", key}); }

  void immutable(std::string_view key, std::string_view why = "field is immutable") {
    if (is_new() || spec(key) == dig(old_, {"spec", key})) return;
    add(field_invalid(fmt::format("spec.{}", key), spec(key), why));
  }

  void count(std::string_view key) {
    const auto& value = spec(key);
    if (value.is_number() && value.get<std::int64_t>() < 0)
      add(field_invalid(fmt::format("spec.{}", key), value, "must be greater than or equal to 0"));
  }

  void workload() {
    count("replicas");
    count("minReadySeconds");
    count("revisionHistoryLimit");
    const auto& selector = spec("selector");
    const auto& labels = dig(object_, {"spec", "template", "metadata", "labels"});
    if (!selector.is_object()) {
      add(field_required("spec.selector"));
    } else if (selector.empty()) {
      add(field_invalid("spec.selector", selector,
                        fmt::format("empty selector is invalid for {}", kind_.singular)));
    } else if (!selector_matches(selector, labels)) {
      add(field_invalid("spec.template.metadata.labels",
                        labels.is_object() ? labels : Json::object(),
                        "`selector` does not match template `labels`"));
    }
    check_pod_spec(spec_with_claims(), "spec.template.spec", errors_);
    const auto policy = text_at(object_, {"spec", "template", "spec", "restartPolicy"});
    if (!policy.empty() && policy != "Always")
      add(field_not_supported("spec.template.spec.restartPolicy", policy, {"Always"}));
    if (kind_.kind == "StatefulSet") {
      stateful_set();
    } else {
      immutable("selector");
    }
    if (kind_.kind == "Deployment") deployment();
  }

  // The claims of a StatefulSet are volumes of its pods.
  Json spec_with_claims() const {
    auto out = dig(object_, {"spec", "template", "spec"});
    if (!out.is_object()) return out;
    for (const auto& claim : array_or_empty(dig(object_, {"spec"}), "volumeClaimTemplates")) {
      if (!out["volumes"].is_array()) out["volumes"] = Json::array();
      out["volumes"].push_back({{"name", name_of(claim)}});
    }
    return out;
  }

  void deployment() {
    const auto type = text_at(object_, {"spec", "strategy", "type"});
    if (type != "RollingUpdate" && type != "Recreate")
      add(field_not_supported("spec.strategy.type", type, {"Recreate", "RollingUpdate"}));
    const auto& rolling = dig(object_, {"spec", "strategy", "rollingUpdate"});
    if (type == "Recreate" && rolling.is_object())
      add(field_forbidden("spec.strategy.rollingUpdate",
                          "may not be specified when strategy `type` is 'Recreate'"));
    const auto zero = [&](const char* key) {
      return share_of(dig(rolling, {key}), 100, true, 1) == 0;
    };
    if (rolling.is_object() && zero("maxSurge") && zero("maxUnavailable"))
      add(field_invalid("spec.strategy.rollingUpdate.maxUnavailable",
                        dig(rolling, {"maxUnavailable"}), "may not be 0 when `maxSurge` is 0"));
    const auto deadline = integer_at(object_, {"spec", "progressDeadlineSeconds"}, 600);
    if (deadline <= integer_at(object_, {"spec", "minReadySeconds"}))
      add(field_invalid("spec.progressDeadlineSeconds", deadline,
                        "must be greater than minReadySeconds"));
  }

  void stateful_set() {
    if (is_new()) return;
    auto now = dig(object_, {"spec"}), before = dig(old_, {"spec"});
    for (const auto* key : {"replicas", "ordinals", "template", "updateStrategy", "minReadySeconds",
                            "persistentVolumeClaimRetentionPolicy", "revisionHistoryLimit"}) {
      now.erase(key);
      before.erase(key);
    }
    if (now != before)
      add(field_forbidden("spec",
                          "updates to statefulset spec for fields other than 'replicas', "
                          "'ordinals', 'template', 'updateStrategy', "
                          "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
                          "forbidden"));
  }

  void job() {
    count("parallelism");
    count("completions");
    count("backoffLimit");
    check_pod_spec(dig(object_, {"spec", "template", "spec"}), "spec.template.spec", errors_);
    const auto policy = text_at(object_, {"spec", "template", "spec", "restartPolicy"});
    if (policy != "Never" && policy != "OnFailure")
      add(field_not_supported("spec.template.spec.restartPolicy", policy, {"OnFailure", "Never"}));
    immutable("selector");
    immutable("template");
    immutable("completions");
  }

  void pod() {
    check_pod_spec(dig(object_, {"spec"}), "spec", errors_);
    if (!is_new()) check_pod_update(dig(object_, {"spec"}), dig(old_, {"spec"}), errors_);
  }

  void service() {
    const auto type = text_at(object_, {"spec", "type"});
    if (!is_one_of(type, {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"}))
      add(field_not_supported("spec.type", type,
                              {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"}));
    const auto& ports = array_or_empty(object_or_empty(object_, "spec"), "ports");
    const bool headless = text_at(object_, {"spec", "clusterIP"}) == "None";
    if (ports.empty() && !headless && type != "ExternalName") add(field_required("spec.ports"));
    std::set<std::string> names;
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const auto at = fmt::format("spec.ports[{}]", i);
      const auto name = string_or(ports[i], "name");
      const auto number = integer_or(ports[i], "port");
      if (name.empty() && ports.size() > 1) add(field_required(at + ".name"));
      if (!name.empty() && !names.insert(name).second) add(field_duplicate(at + ".name", name));
      if (number < 1 || number > 65535)
        add(field_invalid(at + ".port", number, "must be between 1 and 65535, inclusive"));
    }
    if (type == "ExternalName" && text_at(object_, {"spec", "externalName"}).empty())
      add(field_required("spec.externalName"));
    const auto before = text_at(old_, {"spec", "clusterIP"});
    if (!is_new() && !before.empty() && type != "ExternalName" &&
        text_at(object_, {"spec", "clusterIP"}) != before)
      add(field_invalid("spec.clusterIPs[0]",
                        spec("clusterIPs").is_array() && !spec("clusterIPs").empty()
                            ? spec("clusterIPs")[0]
                            : spec("clusterIP"),
                        "may not change once set"));
  }

  void configuration() {
    if (bool_at(old_, {"immutable"})) {
      if (dig(object_, {"data"}) != dig(old_, {"data"}) || !bool_at(object_, {"immutable"}))
        add(field_forbidden("data", "field is immutable when `immutable` is set"));
    }
    std::size_t size = 0;
    for (const auto& [key, value] : object_or_empty(object_, "data").items()) {
      if (value.is_string()) size += value.get_ref<const std::string&>().size();
      if (const auto wrong = check_config_key(key))
        add(field_invalid(fmt::format("data[{}]", key), key, *wrong));
    }
    if (size > 1048576)
      add({"data", "FieldValueTooLong", "Too long: must have at most 1048576 bytes"});
    if (kind_.kind == "Secret" && !is_new() &&
        string_or(object_, "type") != string_or(old_, "type"))
      add(field_invalid("type", string_or(object_, "type"), "field is immutable"));
  }

  void budget() {
    if (!spec("minAvailable").is_null() && !spec("maxUnavailable").is_null())
      add(field_invalid("spec", dig(object_, {"spec"}),
                        "minAvailable and maxUnavailable cannot be both set"));
  }

  void binding() {
    const auto& role = dig(object_, {"roleRef"});
    const auto kind = text_at(role, {"kind"});
    if (text_at(role, {"name"}).empty()) add(field_required("roleRef.name"));
    if (kind != "ClusterRole" && (kind != "Role" || kind_.kind == "ClusterRoleBinding"))
      add(kind_.kind == "ClusterRoleBinding"
              ? field_not_supported("roleRef.kind", kind, {"ClusterRole"})
              : field_not_supported("roleRef.kind", kind, {"Role", "ClusterRole"}));
    if (!is_new() && role != dig(old_, {"roleRef"}))
      add(field_invalid("roleRef", role, "cannot change roleRef"));
  }

  const ResourceKind& kind_;
  const Json& object_;
  const Json& old_;
  std::vector<FieldError> errors_;
};

// null says nothing: the API's own types have no place for it, and clients written in Go send
// "creationTimestamp": null everywhere.
void drop_nulls(Json& value) {
  if (value.is_array()) {
    for (auto& one : value) drop_nulls(one);
    return;
  }
  if (!value.is_object()) return;
  for (auto it = value.begin(); it != value.end();) {
    if (it->is_null()) {
      it = value.erase(it);
    } else {
      drop_nulls(*it++);
    }
  }
}

void merge_string_data(Json& secret) {
  if (!secret.contains("stringData")) return;
  for (const auto& [key, value] : object_or_empty(secret, "stringData").items())
    if (value.is_string()) member(secret, {"data"})[key] = to_base64(value.get<std::string>());
  secret.erase("stringData");
}

// A Job's pods are told from all others by its uid, which it therefore gets here.
void add_job_selector(ControlPlane& plane, Json& job) {
  if (bool_at(job, {"spec", "manualSelector"})) return;
  const auto uid = plane.registry.new_uid();
  job["metadata"]["uid"] = uid;
  auto& labels = member(job, {"spec", "template", "metadata", "labels"});
  for (const auto* key : {"controller-uid", "batch.kubernetes.io/controller-uid"})
    labels[key] = uid;
  for (const auto* key : {"job-name", "batch.kubernetes.io/job-name"}) labels[key] = name_of(job);
  member(job, {"spec", "selector", "matchLabels"})["batch.kubernetes.io/controller-uid"] = uid;
}

// Of the cluster's range for services, 172.16.252.0/22.
std::string next_service_address(ControlPlane& plane) {
  const auto number = plane.service_addresses++;
  return fmt::format("172.16.{}.{}", 252 + number / 250 % 4, number % 250 + 2);
}

void give_addresses(ControlPlane& plane, Json& service, const Json& old) {
  auto& spec = member(service, {"spec"});
  const auto type = string_or(spec, "type");
  if (type == "ExternalName") return;
  const auto before = text_at(old, {"spec", "clusterIP"});
  if (string_or(spec, "clusterIP").empty())
    spec["clusterIP"] = before.empty() ? next_service_address(plane) : before;
  if (!spec.contains("clusterIPs")) spec["clusterIPs"] = Json::array({spec["clusterIP"]});
  if (type != "NodePort" && type != "LoadBalancer") return;
  if (spec.contains("ports") && spec["ports"].is_array()) {
    const auto& old_ports = array_or_empty(dig(old, {"spec"}), "ports");
    for (std::size_t i = 0; i < spec["ports"].size(); ++i) {
      auto& port = spec["ports"][i];
      if (!port.is_object() || port.contains("nodePort")) continue;
      const auto kept = i < old_ports.size() ? integer_or(old_ports[i], "nodePort") : 0;
      port["nodePort"] =
          kept > 0
              ? kept
              : 30000 + fnv32(fmt::format("{}/{}/{}", namespace_of(service), name_of(service), i)) %
                            2768;
    }
  }
}

}  // namespace

KubeResult<> admit(ControlPlane& plane, const ResourceKind& kind, Json& object, const Json& old) {
  if (auto ok = check_types(kind, object); !ok) return ok;
  drop_nulls(object);
  if (kind.kind == "Secret") merge_string_data(object);
  apply_defaults(kind, object);
  if (kind.kind == "Job" && old.is_null()) add_job_selector(plane, object);
  if (kind.kind == "Service") give_addresses(plane, object, old);
  if (kind.kind == "Namespace")
    member(object, {"metadata", "labels"})["kubernetes.io/metadata.name"] = name_of(object);
  if (kind.kind == "Pod" && old.is_null() && !object.contains("status"))
    object["status"] = {{"phase", "Pending"}};
  const auto errors = Check(kind, object, old).run();
  if (errors.empty()) return {};
  auto name = name_of(object);
  if (name.empty()) name = text_at(object, {"metadata", "generateName"});
  return invalid(kind.kind, kind.group, name, errors);
}

}  // namespace mtc::emulator::kubernetes
