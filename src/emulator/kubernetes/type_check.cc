// Whether an object's members have the types that its kind can hold, in the words of Go's decoder.
#include <fmt/format.h>

#include <limits>

#include "emulator/kubernetes/admission.h"
#include "emulator/kubernetes/quantity.h"

namespace mtc::emulator::kubernetes {
namespace {

enum class Type { text, number, boolean, object, list, text_map, quantities };

struct TypeRule {
  std::string_view path;  // "spec.containers[].image"
  Type type;
  std::string_view go;  // as Go names what it wanted
};

// The members that people get wrong; below "pod" those of a pod's specification.
constexpr TypeRule kRules[] = {
    {"metadata", Type::object, "v1.ObjectMeta"},
    {"metadata.labels", Type::text_map, "string"},
    {"metadata.annotations", Type::text_map, "string"},
    {"metadata.ownerReferences", Type::list, "[]v1.OwnerReference"},
    {"metadata.finalizers", Type::list, "[]string"},
    {"spec.replicas", Type::number, "int32"},
    {"spec.minReadySeconds", Type::number, "int32"},
    {"spec.progressDeadlineSeconds", Type::number, "int32"},
    {"spec.revisionHistoryLimit", Type::number, "int32"},
    {"spec.parallelism", Type::number, "int32"},
    {"spec.completions", Type::number, "int32"},
    {"spec.backoffLimit", Type::number, "int32"},
    {"spec.paused", Type::boolean, "bool"},
    {"spec.suspend", Type::boolean, "bool"},
    {"spec.unschedulable", Type::boolean, "bool"},
    {"spec.ports", Type::list, "[]v1.ServicePort"},
    {"spec.ports[].port", Type::number, "int32"},
    {"spec.template", Type::object, "v1.PodTemplateSpec"},
    {"spec.template.metadata", Type::object, "v1.ObjectMeta"},
    {"spec.template.metadata.labels", Type::text_map, "string"},
    {"spec.template.metadata.annotations", Type::text_map, "string"},
    {"pod", Type::object, "v1.PodSpec"},
    {"pod.containers", Type::list, "[]v1.Container"},
    {"pod.initContainers", Type::list, "[]v1.Container"},
    {"pod.volumes", Type::list, "[]v1.Volume"},
    {"pod.tolerations", Type::list, "[]v1.Toleration"},
    {"pod.nodeSelector", Type::text_map, "string"},
    {"pod.nodeName", Type::text, "string"},
    {"pod.terminationGracePeriodSeconds", Type::number, "int64"},
    {"pod.containers[].name", Type::text, "string"},
    {"pod.containers[].image", Type::text, "string"},
    {"pod.containers[].command", Type::list, "[]string"},
    {"pod.containers[].args", Type::list, "[]string"},
    {"pod.containers[].env", Type::list, "[]v1.EnvVar"},
    {"pod.containers[].env[].value", Type::text, "string"},
    {"pod.containers[].ports", Type::list, "[]v1.ContainerPort"},
    {"pod.containers[].ports[].containerPort", Type::number, "int32"},
    {"pod.containers[].volumeMounts", Type::list, "[]v1.VolumeMount"},
    {"pod.containers[].resources", Type::object, "v1.ResourceRequirements"},
    {"pod.containers[].resources.limits", Type::quantities, ""},
    {"pod.containers[].resources.requests", Type::quantities, ""},
};

std::string_view go_name(const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return "string";
    case Json::value_t::boolean:
      return "bool";
    case Json::value_t::object:
      return "object";
    case Json::value_t::array:
      return "array";
    default:
      return "number";
  }
}

bool is_whole(const Json& value, bool of_32_bits) {
  if (!value.is_number_integer()) return false;
  using Narrow = std::numeric_limits<std::int32_t>;
  return !of_32_bits || (value >= Narrow::min() && value <= Narrow::max());
}

class TypeCheck {
 public:
  explicit TypeCheck(std::string_view kind) : kind_(kind) {}

  KubeResult<> walk(const Json& value, std::string_view path, const TypeRule& rule) {
    if (value.is_null()) return {};
    if (path.empty()) return check(value, rule);
    const auto dot = path.find('.');
    auto key = path.substr(0, dot);
    const auto rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    const bool items = key.ends_with("[]");
    if (items) key.remove_suffix(2);
    if (!value.is_object()) return {};  // the rule for the parent says so
    const auto found = value.find(key);
    if (found == value.end() || found->is_null()) return {};
    if (!items) return walk(*found, rest, rule);
    if (!found->is_array()) return {};
    for (const auto& one : *found) {
      if (!one.is_object()) return refuse(one, rule.path.substr(0, rule.path.rfind('.')), "object");
      if (auto ok = walk(one, rest, rule); !ok) return ok;
    }
    return {};
  }

 private:
  KubeResult<> check(const Json& value, const TypeRule& rule) {
    switch (rule.type) {
      case Type::text:
        return value.is_string() ? KubeResult<>{} : refuse(value, rule.path, rule.go);
      case Type::number:
        return is_whole(value, rule.go == "int32") ? KubeResult<>{}
                                                   : refuse(value, rule.path, rule.go);
      case Type::boolean:
        return value.is_boolean() ? KubeResult<>{} : refuse(value, rule.path, rule.go);
      case Type::object:
        return value.is_object() ? KubeResult<>{} : refuse(value, rule.path, rule.go);
      case Type::list:
        return value.is_array() ? KubeResult<>{} : refuse(value, rule.path, rule.go);
      case Type::text_map:
        if (!value.is_object()) return refuse(value, rule.path, "map[string]string");
        for (const auto& [key, one] : value.items())
          if (!one.is_string()) return refuse(one, rule.path, rule.go);
        return {};
      case Type::quantities:
        if (!value.is_object()) return refuse(value, rule.path, "v1.ResourceList");
        for (const auto& [key, one] : value.items()) {
          const bool fine =
              one.is_number() || (one.is_string() && read_milli(one.get_ref<const std::string&>()));
          if (!fine)
            return bad_request(fmt::format(
                "{0} in version \"v1\" cannot be handled as a {0}: quantities must match the "
                "regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                kind_));
        }
        return {};
    }
    return {};
  }

  KubeResult<> refuse(const Json& value, std::string_view path, std::string_view wanted) {
    std::string found(go_name(value));
    if (value.is_number() && wanted.starts_with("int")) found += " " + dump_json(value);
    std::string where(path);
    if (where.starts_with("pod")) where = "spec" + where.substr(3);
    for (auto at = where.find("[]"); at != std::string::npos; at = where.find("[]"))
      where.erase(at, 2);
    return bad_request(
        fmt::format("{0} in version \"v1\" cannot be handled as a {0}: json: cannot unmarshal {1} "
                    "into Go struct field {0}.{2} of type {3}",
                    kind_, found, where, wanted));
  }

  std::string_view kind_;
};

}  // namespace

KubeResult<> check_types(const ResourceKind& kind, const Json& object) {
  TypeCheck check(kind.kind);
  const bool is_pod = kind.kind == "Pod";
  const bool has_template = kind.group == "apps" || kind.kind == "Job";
  for (const auto& rule : kRules) {
    auto path = std::string(rule.path);
    if (path.starts_with("pod")) {
      if (!is_pod && !has_template) continue;
      path = (is_pod ? "spec" : "spec.template.spec") + path.substr(3);
    }
    if (path == "spec.ports" || path.starts_with("spec.ports[]")) {
      if (kind.kind != "Service") continue;
    }
    if (auto ok = check.walk(object, path, rule); !ok) return ok;
  }
  if (kind.kind == "ConfigMap" || kind.kind == "Secret") {
    for (const auto* key : {"data", "stringData", "binaryData"}) {
      const TypeRule rule{key, Type::text_map, "string"};
      if (auto ok = check.walk(object, key, rule); !ok) return ok;
    }
  }
  if (object.contains("spec") && !object["spec"].is_object() && !object["spec"].is_null())
    return bad_request(fmt::format(
        "{0} in version \"v1\" cannot be handled as a {0}: json: cannot unmarshal {1} into Go "
        "struct field {0}.spec of type v1.{0}Spec",
        kind.kind, go_name(object["spec"])));
  return {};
}

}  // namespace mtc::emulator::kubernetes
