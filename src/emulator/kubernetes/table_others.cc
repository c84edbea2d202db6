#include <fmt/format.h>

#include "base/text.h"
#include "emulator/kubernetes/kinds.h"
#include "emulator/kubernetes/status.h"
#include "emulator/kubernetes/table_printers.h"

namespace mtc::emulator::kubernetes {
namespace {

Json config_map_cells(const Json& object, TimePoint now) {
  return {name_of(object),
          member_at(object, "data").size() + member_at(object, "binaryData").size(),
          age_cell(object, now)};
}

Json secret_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_at(object, "type"), member_at(object, "data").size(),
          age_cell(object, now)};
}

Json service_account_cells(const Json& object, TimePoint now) {
  return {name_of(object), member_at(object, "secrets").size(), age_cell(object, now)};
}

std::string access_modes(const Json& list) {
  std::vector<std::string> out;
  for (const auto& mode : list.is_array() ? list : Json::array()) {
    if (mode == "ReadWriteOnce") out.emplace_back("RWO");
    if (mode == "ReadOnlyMany") out.emplace_back("ROX");
    if (mode == "ReadWriteMany") out.emplace_back("RWX");
    if (mode == "ReadWriteOncePod") out.emplace_back("RWOP");
  }
  return join(out, ",");
}

Json claim_cells(const Json& object, TimePoint now) {
  const bool bound = !text_at(object, "spec.volumeName").empty();
  auto phase = text_at(object, "status.phase");
  if (!text_at(object, "metadata.deletionTimestamp").empty()) phase = "Terminating";
  return {name_of(object),
          phase,
          text_at(object, "spec.volumeName"),
          bound ? text_at(object, "status.capacity.storage") : "",
          bound ? access_modes(member_at(object, "status.accessModes")) : "",
          text_at(object, "spec.storageClassName"),
          age_cell(object, now),
          text_at(object, "spec.volumeMode", "<unset>")};
}

Json volume_cells(const Json& object, TimePoint now) {
  const auto claim = text_at(object, "spec.claimRef.name");
  auto phase = text_at(object, "status.phase");
  if (!text_at(object, "metadata.deletionTimestamp").empty()) phase = "Terminating";
  return {name_of(object),
          text_at(object, "spec.capacity.storage"),
          access_modes(member_at(object, "spec.accessModes")),
          text_at(object, "spec.persistentVolumeReclaimPolicy"),
          phase,
          claim.empty() ? "" : text_at(object, "spec.claimRef.namespace") + "/" + claim,
          text_at(object, "spec.storageClassName"),
          text_at(object, "status.reason"),
          age_cell(object, now),
          text_at(object, "spec.volumeMode", "<unset>")};
}

Json storage_class_cells(const Json& object, TimePoint now) {
  const auto& notes = object_or_empty(object_or_empty(object, "metadata"), "annotations");
  auto name = name_of(object);
  if (string_or(notes, "storageclass.kubernetes.io/is-default-class") == "true")
    name += " (default)";
  return {name,
          text_at(object, "provisioner"),
          text_at(object, "reclaimPolicy", "Delete"),
          text_at(object, "volumeBindingMode", "<unset>"),
          bool_or(object, "allowVolumeExpansion"),
          age_cell(object, now)};
}

std::string controller_cell(const Json& object) {
  const auto& owner = controller_of(object);
  if (!owner.is_object()) return "<none>";
  const auto api_version = string_or(owner, "apiVersion");
  return fmt::format("{}/{}",
                     group_resource(to_lower_ascii(string_or(owner, "kind")),
                                    split_api_version(api_version).group),
                     string_or(owner, "name"));
}

Json revision_cells(const Json& object, TimePoint now) {
  return {name_of(object), controller_cell(object), number_at(object, "revision"),
          age_cell(object, now)};
}

Json lease_cells(const Json& object, TimePoint now) {
  return {name_of(object), text_at(object, "spec.holderIdentity"), age_cell(object, now)};
}

std::string subjects(const Json& binding, std::string_view kind) {
  std::vector<std::string> out;
  for (const auto& subject : array_or_empty(binding, "subjects")) {
    if (string_or(subject, "kind") != kind) continue;
    const auto name = string_or(subject, "name");
    out.push_back(kind == "ServiceAccount"
                      ? fmt::format("{}/{}", string_or(subject, "namespace"), name)
                      : name);
  }
  return join(out, ", ");
}

Json binding_cells(const Json& object, TimePoint now) {
  return {name_of(object),
          fmt::format("{}/{}", text_at(object, "roleRef.kind"), text_at(object, "roleRef.name")),
          age_cell(object, now),
          subjects(object, "User"),
          subjects(object, "Group"),
          subjects(object, "ServiceAccount")};
}

// "cpu: 1/2, memory: 1Gi/4Gi" of the quota's requests, or of its limits.
std::string quota_part(const Json& quota, bool limits) {
  std::vector<std::string> out;
  const auto& hard = object_or_empty(object_or_empty(quota, "status"), "hard");
  const auto& used = object_or_empty(object_or_empty(quota, "status"), "used");
  for (const auto& [name, value] : hard.items())
    if (name.starts_with("limits") == limits)
      out.push_back(fmt::format("{}: {}/{}", name, string_or(used, name, "0"),
                                value.is_string() ? value.get<std::string>() : dump_json(value)));
  return join(out, ", ");
}

Json quota_cells(const Json& object, TimePoint now) {
  return {name_of(object), age_cell(object, now), quota_part(object, false),
          quota_part(object, true)};
}

constexpr std::string_view kBinding = "Name|Role|Age|+Users|+Groups|+ServiceAccounts";
constexpr TablePrinter kPrinters[] = {
    {"ConfigMap", "Name|Data#|Age", config_map_cells},
    {"Secret", "Name|Type|Data#|Age", secret_cells},
    {"ServiceAccount", "Name|Secrets#|Age", service_account_cells},
    {"PersistentVolumeClaim",
     "Name|Status|Volume|Capacity|Access Modes|StorageClass|Age|+VolumeMode", claim_cells},
    {"PersistentVolume",
     "Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|Reason|Age|+VolumeMode",
     volume_cells},
    {"StorageClass", "Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age",
     storage_class_cells},
    {"ControllerRevision", "Name|Controller|Revision#|Age", revision_cells},
    {"Lease", "Name|Holder|Age", lease_cells},
    {"RoleBinding", kBinding, binding_cells},
    {"ClusterRoleBinding", kBinding, binding_cells},
    {"ResourceQuota", "Name|Age|Request|Limit", quota_cells},
};

}  // namespace

std::span<const TablePrinter> other_printers() {
  return kPrinters;
}

}  // namespace mtc::emulator::kubernetes
