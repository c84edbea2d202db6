#include "emulator/kubernetes/defaults.h"

#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {
namespace {

void fill(Json& object, const char* key, Json value) {
  if (object.is_object() && !object.contains(key)) object[key] = std::move(value);
}

// The object's list of that name, for editing; nothing to edit if it is none.
template <class Edit>
void each(Json& object, const char* key, Edit edit) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_array()) return;
  for (auto& one : object[key])
    if (one.is_object()) edit(one);
}

void fill_probe(Json& container, const char* key) {
  if (!container.contains(key) || !container[key].is_object()) return;
  auto& probe = container[key];
  fill(probe, "timeoutSeconds", 1);
  fill(probe, "periodSeconds", 10);
  fill(probe, "successThreshold", 1);
  fill(probe, "failureThreshold", 3);
  if (probe.contains("httpGet")) {
    fill(probe["httpGet"], "scheme", "HTTP");
    fill(probe["httpGet"], "path", "/");
  }
}

void fill_container(Json& container) {
  const auto image = string_or(container, "image");
  const auto tag = image.rfind(':');
  const bool latest = tag == std::string::npos || image.find('/', tag) != std::string::npos ||
                      image.substr(tag) == ":latest";
  fill(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
  fill(container, "terminationMessagePath", "/dev/termination-log");
  fill(container, "terminationMessagePolicy", "File");
  fill(container, "resources", Json::object());
  each(container, "ports", [](Json& port) { fill(port, "protocol", "TCP"); });
  for (const auto* probe : {"readinessProbe", "livenessProbe", "startupProbe"})
    fill_probe(container, probe);
  each(container, "env", [](Json& variable) {
    if (!dig(variable, {"valueFrom", "fieldRef"}).is_object()) return;
    fill(variable["valueFrom"]["fieldRef"], "apiVersion", "v1");
  });
  // What is limited and not requested is requested as much.
  if (dig(container, {"resources", "limits"}).is_object()) {
    const auto limits = container["resources"]["limits"];
    fill(container["resources"], "requests", Json::object());
    for (const auto& [name, amount] : limits.items())
      fill(container["resources"]["requests"], name.c_str(), amount);
  }
}

void fill_volume(Json& volume) {
  for (const auto* source : {"configMap", "secret", "projected"})
    if (volume.contains(source)) fill(volume[source], "defaultMode", 420);
  if (volume.contains("hostPath")) fill(volume["hostPath"], "type", "");
}

void fill_pod_spec(Json& spec) {
  if (!spec.is_object()) return;
  fill(spec, "restartPolicy", "Always");
  fill(spec, "terminationGracePeriodSeconds", 30);
  fill(spec, "dnsPolicy", "ClusterFirst");
  fill(spec, "schedulerName", "default-scheduler");
  fill(spec, "securityContext", Json::object());
  if (spec.contains("serviceAccountName")) fill(spec, "serviceAccount", spec["serviceAccountName"]);
  each(spec, "containers", fill_container);
  each(spec, "initContainers", fill_container);
  each(spec, "volumes", fill_volume);
}

// What admission adds to pods themselves, and not to templates.
void admit_pod(Json& spec) {
  if (!spec.is_object()) return;
  fill(spec, "serviceAccountName", "default");
  fill(spec, "serviceAccount", spec["serviceAccountName"]);
  fill(spec, "enableServiceLinks", true);
  fill(spec, "preemptionPolicy", "PreemptLowerPriority");
  fill(spec, "priority", 0);
  fill(spec, "tolerations", Json::array());
  auto& tolerations = spec["tolerations"];
  if (!tolerations.is_array()) return;
  for (const auto* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    bool there = false;
    for (const auto& one : tolerations) {
      const auto named = string_or(one, "key");
      const auto effect = string_or(one, "effect");
      if ((named.empty() || named == key) && (effect.empty() || effect == "NoExecute"))
        there = true;
    }
    if (!there)
      tolerations.push_back({{"key", key},
                             {"operator", "Exists"},
                             {"effect", "NoExecute"},
                             {"tolerationSeconds", 300}});
  }
}

void fill_template(Json& spec) {
  if (!spec.is_object() || !spec.contains("template") || !spec["template"].is_object()) return;
  fill(spec["template"], "metadata", Json::object());
  if (spec["template"].contains("spec")) fill_pod_spec(spec["template"]["spec"]);
}

void fill_deployment(Json& spec) {
  fill(spec, "replicas", 1);
  fill(spec, "revisionHistoryLimit", 10);
  fill(spec, "progressDeadlineSeconds", 600);
  fill(spec, "strategy", Json::object());
  auto& strategy = spec["strategy"];
  fill(strategy, "type", "RollingUpdate");
  if (text_at(strategy, {"type"}) == "RollingUpdate") {
    fill(strategy, "rollingUpdate", Json::object());
    fill(strategy["rollingUpdate"], "maxSurge", "25%");
    fill(strategy["rollingUpdate"], "maxUnavailable", "25%");
  }
}

void fill_stateful_set(Json& spec) {
  fill(spec, "replicas", 1);
  fill(spec, "revisionHistoryLimit", 10);
  fill(spec, "podManagementPolicy", "OrderedReady");
  fill(spec, "updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}});
  each(spec, "volumeClaimTemplates", [](Json& claim) {
    fill(claim, "apiVersion", "v1");
    fill(claim, "kind", "PersistentVolumeClaim");
    fill(claim, "status", {{"phase", "Pending"}});
    if (claim.contains("spec")) fill(claim["spec"], "volumeMode", "Filesystem");
  });
}

void fill_daemon_set(Json& spec) {
  fill(spec, "revisionHistoryLimit", 10);
  fill(spec, "updateStrategy",
       {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 1}, {"maxSurge", 0}}}});
}

void fill_job(Json& object) {
  auto& spec = object["spec"];
  fill(spec, "parallelism", 1);
  fill(spec, "completions", 1);
  fill(spec, "backoffLimit", 6);
  fill(spec, "completionMode", "NonIndexed");
  fill(spec, "suspend", false);
}

void fill_service(Json& spec) {
  fill(spec, "type", "ClusterIP");
  fill(spec, "sessionAffinity", "None");
  const auto type = string_or(spec, "type");
  if (type != "ExternalName") {
    fill(spec, "ipFamilies", Json::array({"IPv4"}));
    fill(spec, "ipFamilyPolicy", "SingleStack");
    fill(spec, "internalTrafficPolicy", "Cluster");
  }
  if (type == "NodePort" || type == "LoadBalancer") {
    fill(spec, "externalTrafficPolicy", "Cluster");
  }
  if (type == "LoadBalancer") fill(spec, "allocateLoadBalancerNodePorts", true);
  each(spec, "ports", [](Json& port) {
    fill(port, "protocol", "TCP");
    if (port.contains("port")) fill(port, "targetPort", port["port"]);
  });
}

// Their stringData becomes data when they are admitted (admission.h).
void fill_secret(Json& object) {
  fill(object, "type", "Opaque");
}

}  // namespace

void apply_defaults(const ResourceKind& kind, Json& object) {
  if (!object.is_object()) return;
  if (kind.kind == "Secret") fill_secret(object);
  if (!object.contains("spec") || !object["spec"].is_object()) return;
  auto& spec = object["spec"];
  if (kind.kind == "Pod") {
    fill_pod_spec(spec);
    admit_pod(spec);
  } else if (kind.kind == "Deployment") {
    fill_deployment(spec);
  } else if (kind.kind == "ReplicaSet") {
    fill(spec, "replicas", 1);
  } else if (kind.kind == "StatefulSet") {
    fill_stateful_set(spec);
  } else if (kind.kind == "DaemonSet") {
    fill_daemon_set(spec);
  } else if (kind.kind == "Job") {
    fill_job(object);
  } else if (kind.kind == "CronJob") {
    fill(spec, "concurrencyPolicy", "Allow");
    fill(spec, "suspend", false);
    fill(spec, "successfulJobsHistoryLimit", 3);
    fill(spec, "failedJobsHistoryLimit", 1);
  } else if (kind.kind == "Service") {
    fill_service(spec);
  } else if (kind.kind == "PersistentVolumeClaim") {
    fill(spec, "volumeMode", "Filesystem");
  } else if (kind.kind == "HorizontalPodAutoscaler") {
    fill(spec, "minReplicas", 1);
  }
  if (kind.kind == "Deployment" || kind.kind == "ReplicaSet" || kind.kind == "StatefulSet" ||
      kind.kind == "DaemonSet" || kind.kind == "Job")
    fill_template(spec);
}

}  // namespace mtc::emulator::kubernetes
