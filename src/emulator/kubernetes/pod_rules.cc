#include "emulator/kubernetes/pod_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "emulator/kubernetes/names.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/quantity.h"

namespace mtc::emulator::kubernetes {
namespace {

void check_name(const ResourceKind& kind, const Json& object, std::vector<FieldError>& errors) {
  const auto name = name_of(object);
  const auto prefix = text_at(object, {"metadata", "generateName"});
  if (name.empty()) {
    if (prefix.empty())
      errors.push_back(field_required("metadata.name", "name or generateName is required"));
    return;
  }
  std::optional<std::string> wrong;
  if (kind.group == "rbac.authorization.k8s.io") {
    if (name.find_first_of("/%") != std::string::npos || name == "." || name == "..")
      wrong = "may not contain '/'";
  } else if (kind.kind == "Namespace" || kind.kind == "Service") {
    wrong = check_dns_label(name);
  } else {
    wrong = check_dns_subdomain(name);
  }
  if (wrong) errors.push_back(field_invalid("metadata.name", name, *wrong));
}

void check_resources(const Json& container, const std::string& at,
                     std::vector<FieldError>& errors) {
  const auto& limits = dig(container, {"resources", "limits"});
  const auto& requests = dig(container, {"resources", "requests"});
  for (const auto* key : {"limits", "requests"}) {
    for (const auto& [name, amount] :
         object_or_empty(object_or_empty(container, "resources"), key).items()) {
      const auto& list = dig(container, {"resources", key});
      if (milli_of(list, name) < 0)
        errors.push_back(field_invalid(fmt::format("{}.resources.{}.{}", at, key, name), amount,
                                       "must be greater than or equal to 0"));
    }
  }
  if (!limits.is_object() || !requests.is_object()) return;
  for (const auto& [name, amount] : requests.items()) {
    if (!limits.contains(name) || milli_of(requests, name) <= milli_of(limits, name)) continue;
    errors.push_back(field_invalid(at + ".resources.requests", amount,
                                   fmt::format("must be less than or equal to {} limit of {}", name,
                                               text_at(limits, {name}))));
  }
}

void check_ports(const Json& container, const std::string& at, std::vector<FieldError>& errors) {
  const auto& ports = array_or_empty(container, "ports");
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const auto where = fmt::format("{}.ports[{}].containerPort", at, i);
    const auto number = integer_or(ports[i], "containerPort");
    if (number == 0) {
      errors.push_back(field_required(where));
    } else if (number < 1 || number > 65535) {
      errors.push_back(field_invalid(where, number, "must be between 1 and 65535, inclusive"));
    }
  }
}

void check_mounts(const Json& container, const std::set<std::string>& volumes,
                  const std::string& at, std::vector<FieldError>& errors) {
  const auto& mounts = array_or_empty(container, "volumeMounts");
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const auto name = string_or(mounts[i], "name");
    if (!volumes.contains(name))
      errors.push_back({fmt::format("{}.volumeMounts[{}].name", at, i), "FieldValueNotFound",
                        fmt::format("Not found: \"{}\"", name)});
    if (string_or(mounts[i], "mountPath").empty())
      errors.push_back(field_required(fmt::format("{}.volumeMounts[{}].mountPath", at, i)));
  }
}

void check_container(const Json& container, const std::string& at,
                     const std::set<std::string>& volumes, std::set<std::string>& names,
                     std::vector<FieldError>& errors) {
  const auto name = string_or(container, "name");
  if (name.empty()) {
    errors.push_back(field_required(at + ".name"));
  } else if (const auto wrong = check_dns_label(name)) {
    errors.push_back(field_invalid(at + ".name", name, *wrong));
  } else if (!names.insert(name).second) {
    errors.push_back(field_duplicate(at + ".name", name));
  }
  const auto image = string_or(container, "image");
  if (image.empty()) {
    errors.push_back(field_required(at + ".image"));
  } else if (image.find_first_of(" \t") != std::string::npos) {
    errors.push_back(
        field_invalid(at + ".image", image, "must not have leading or trailing whitespace"));
  }
  const auto policy = string_or(container, "imagePullPolicy", "Always");
  if (policy != "Always" && policy != "IfNotPresent" && policy != "Never")
    errors.push_back(
        field_not_supported(at + ".imagePullPolicy", policy, {"Always", "IfNotPresent", "Never"}));
  check_ports(container, at, errors);
  check_resources(container, at, errors);
  check_mounts(container, volumes, at, errors);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

void check_metadata(const ResourceKind& kind, const Json& object, std::vector<FieldError>& errors) {
  check_name(kind, object, errors);
  for (const auto& [key, value] : object_or_empty(object["metadata"], "labels").items()) {
    if (const auto wrong = check_qualified_name(key))
      errors.push_back(field_invalid("metadata.labels", key, *wrong));
    if (const auto wrong = check_label_value(value.is_string() ? value.get<std::string>() : ""))
      errors.push_back(field_invalid("metadata.labels", value, *wrong));
  }
  std::size_t size = 0;
  for (const auto& [key, value] : object_or_empty(object["metadata"], "annotations").items()) {
    if (const auto wrong = check_qualified_name(key))
      errors.push_back(field_invalid("metadata.annotations", key, *wrong));
    size += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  }
  if (size > 262144)
    errors.push_back(
        {"metadata.annotations", "FieldValueTooLong", "Too long: must have at most 262144 bytes"});
}

void check_pod_spec(const Json& spec, const std::string& at, std::vector<FieldError>& errors) {
  std::set<std::string> volumes, names;
  static const Json none = Json::object();
  const auto& listed = array_or_empty(spec.is_object() ? spec : none, "volumes");
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto name = string_or(listed[i], "name");
    if (name.empty()) {
      errors.push_back(field_required(fmt::format("{}.volumes[{}].name", at, i)));
    } else if (!volumes.insert(name).second) {
      errors.push_back(field_duplicate(fmt::format("{}.volumes[{}].name", at, i), name));
    }
  }
  for (const auto* list : {"containers", "initContainers"}) {
    const auto& containers = dig(spec, {list});
    if (!containers.is_array() || containers.empty()) {
      if (std::string_view(list) == "containers")
        errors.push_back(field_required(at + ".containers"));
      continue;
    }
    for (std::size_t i = 0; i < containers.size(); ++i)
      check_container(containers[i], fmt::format("{}.{}[{}]", at, list, i), volumes, names, errors);
  }
  const auto policy = text_at(spec, {"restartPolicy"}, "Always");
  if (policy != "Always" && policy != "OnFailure" && policy != "Never")
    errors.push_back(
        field_not_supported(at + ".restartPolicy", policy, {"Always", "OnFailure", "Never"}));
}

void check_pod_update(Json spec, Json old, std::vector<FieldError>& errors) {
  for (auto* one : {&spec, &old}) {
    if (!one->is_object()) continue;
    for (const auto* key :
         {"tolerations", "activeDeadlineSeconds", "terminationGracePeriodSeconds"})
      one->erase(key);
    for (const auto* list : {"containers", "initContainers"})
      if (one->contains(list))
        for (auto& container : (*one)[list]) container.erase("image");
  }
  if (spec == old) return;
  errors.push_back(field_forbidden(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,"
      "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
      "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
      "to 1 if it was previously negative)"));
}

std::optional<std::string> check_config_key(std::string_view key) {
  if (key.empty() || key.size() > 253 || key == "." || key == ".." ||
      !std::ranges::all_of(key, is_name_character))
    return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
           "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
           "'[-._a-zA-Z0-9]+')";
  return std::nullopt;
}

}  // namespace mtc::emulator::kubernetes
