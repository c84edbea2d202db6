#include "emulator/kubernetes/managed_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/field_set.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

struct Manager {
  std::string name;
  std::string operation;  // "Apply" or "Update"
  std::string api_version;
  std::string subresource;
  std::string time;
  FieldSet fields;

  // Who applies is the same manager in whatever version.
  bool is(const Manager& other) const {
    return name == other.name && operation == other.operation && subresource == other.subresource &&
           (operation == "Apply" || api_version == other.api_version);
  }
  // As conflicts name it.
  std::string shown() const {
    auto out = dump_json(name);
    if (!subresource.empty()) out += fmt::format(" with subresource {}", dump_json(subresource));
    if (operation == "Update") out += fmt::format(" using {}", api_version);
    return out;
  }
};
using Managers = std::vector<Manager>;

Managers decode(const Json& object) {
  Managers out;
  for (const auto& entry : array_or_empty(object_or_empty(object, "metadata"), "managedFields")) {
    if (!entry.is_object() || entry.empty()) continue;
    out.push_back({.name = string_or(entry, "manager"),
                   .operation = string_or(entry, "operation"),
                   .api_version = string_or(entry, "apiVersion"),
                   .subresource = string_or(entry, "subresource"),
                   .time = string_or(entry, "time"),
                   .fields = from_fields_v1(object_or_empty(entry, "fieldsV1"))});
  }
  return out;
}

Json encode(Managers managers) {
  std::ranges::sort(managers, {}, [](const Manager& one) {
    return std::tie(one.operation, one.time, one.name, one.api_version, one.subresource);
  });
  auto out = Json::array();
  for (const auto& one : managers) {
    if (one.fields.empty()) continue;
    Json entry = {{"manager", one.name},
                  {"operation", one.operation},
                  {"apiVersion", one.api_version},
                  {"fieldsType", "FieldsV1"},
                  {"fieldsV1", to_fields_v1(one.fields)}};
    if (!one.time.empty()) entry["time"] = one.time;
    if (!one.subresource.empty()) entry["subresource"] = one.subresource;
    out.push_back(std::move(entry));
  }
  return out;
}

void store(Json& object, const Managers& managers) {
  auto entries = encode(managers);
  if (entries.empty()) {
    object["metadata"].erase("managedFields");
  } else {
    object["metadata"]["managedFields"] = std::move(entries);
  }
}

constexpr std::string_view kServersMetadata[] = {"creationTimestamp",
                                                 "deletionTimestamp",
                                                 "deletionGracePeriodSeconds",
                                                 "generation",
                                                 "managedFields",
                                                 "resourceVersion",
                                                 "selfLink",
                                                 "uid"};

// What nobody owns: identity, and what the server writes.
const FieldSet& unowned() {
  static const FieldSet kSet = [] {
    FieldSet out;
    for (const auto* path :
         {"apiVersion", "kind", "metadata", "metadata.name", "metadata.namespace"})
      out.insert(path);
    for (const auto member : kServersMetadata) out.insert(fmt::format("metadata.{}", member));
    return out;
  }();
  return kSet;
}

// What a request to that subresource cannot change.
const FieldSet& out_of_reach(std::string_view subresource) {
  static const FieldSet kOfObject = [] {
    FieldSet out;
    out.insert("status");
    return out;
  }();
  static const FieldSet kOfStatus = [] {
    FieldSet out;
    for (const auto* path : {"spec", "metadata.labels", "metadata.ownerReferences"})
      out.insert(path);
    return out;
  }();
  return subresource == "status" ? kOfStatus : kOfObject;
}

FieldSet owned(FieldSet set, const ApplyOptions& options) {
  return set_difference(recursive_difference(std::move(set), out_of_reach(options.subresource)),
                        unowned());
}

FieldChanges owned(FieldChanges changes, const ApplyOptions& options) {
  return {.added = owned(std::move(changes.added), options),
          .modified = owned(std::move(changes.modified), options),
          .removed = owned(std::move(changes.removed), options)};
}

Manager requester(const ApplyOptions& options, std::string operation, const Json& object) {
  return {.name = options.manager.empty() ? "unknown" : options.manager,
          .operation = std::move(operation),
          .api_version = string_or(object, "apiVersion"),
          .subresource = options.subresource,
          .time = {},
          .fields = {}};
}

Manager* find(Managers& managers, const Manager& wanted) {
  const auto found =
      std::ranges::find_if(managers, [&](const Manager& one) { return one.is(wanted); });
  return found == managers.end() ? nullptr : &*found;
}

// Where others own what has changed, with that part of what they own.
Managers conflicts_with(const Managers& managers, const Manager& self,
                        const FieldChanges& changes) {
  const auto changed = set_union(changes.modified, changes.added);
  Managers out;
  for (const auto& one : managers) {
    if (one.is(self)) continue;
    auto conflict = one;
    conflict.fields = set_intersection(one.fields, changed);
    if (!conflict.fields.empty()) out.push_back(std::move(conflict));
  }
  std::ranges::sort(out, {}, &Manager::shown);
  return out;
}

void take_from_others(Managers& managers, const Manager& self, const FieldChanges& changes) {
  const auto changed = set_union(set_union(changes.modified, changes.added), changes.removed);
  for (auto& one : managers)
    if (!one.is(self)) one.fields = set_difference(std::move(one.fields), changed);
}

Refusal apply_conflict(const Managers& conflicts) {
  auto causes = Json::array();
  std::string several;
  std::string only;
  for (const auto& one : conflicts) {
    several += fmt::format("{}conflicts with {}:", several.empty() ? "" : "\n", one.shown());
    one.fields.each_path([&](const std::string& path) {
      causes.push_back({{"reason", "FieldManagerConflict"},
                        {"message", "conflict with " + one.shown()},
                        {"field", path}});
      several += "\n- " + path;
      only = fmt::format("conflict with {}: {}", one.shown(), path);
    });
  }
  auto message = causes.size() == 1
                     ? "Apply failed with 1 conflict: " + only
                     : fmt::format("Apply failed with {} conflicts: {}", causes.size(), several);
  return Refusal(Status{.code = 409,
                        .reason = "Conflict",
                        .message = std::move(message),
                        .details = {{"causes", std::move(causes)}}});
}

// kubectl apply --server-side may take what kubectl apply set: that is how users move over.
bool set_by_client_side_apply(const Json& live, const Managers& conflicts,
                              const TypeSchema& schema) {
  const auto& notes = object_or_empty(object_or_empty(live, "metadata"), "annotations");
  const auto last = parse_json(string_or(notes, kLastApplied));
  if (!last) return false;
  const auto fields = fields_of(*last, schema);
  return fields && std::ranges::all_of(conflicts, [&](const Manager& one) {
           return set_difference(one.fields, *fields).empty();
         });
}

void refresh_last_applied(Json& object, Json applied) {
  auto& metadata = object["metadata"];
  if (!object_or_empty(metadata, "annotations").contains(kLastApplied)) return;
  if (applied["metadata"].contains("annotations"))
    applied["metadata"]["annotations"].erase(std::string(kLastApplied));
  metadata["annotations"][std::string(kLastApplied)] = dump_json(applied) + "\n";
}

Json without_nulls(const Json& value) {
  if (value.is_array()) {
    auto out = Json::array();
    for (const auto& item : value) out.push_back(without_nulls(item));
    return out;
  }
  if (!value.is_object()) return value;
  auto out = Json::object();
  for (const auto& [key, member] : value.items())
    if (!member.is_null()) out[key] = without_nulls(member);
  return out;
}

// What of the body counts: without what only the server writes and this request cannot reach.
Json within_reach(Json applied, const ApplyOptions& options) {
  auto& metadata = applied["metadata"];
  for (const auto member : kServersMetadata) metadata.erase(std::string(member));
  if (options.subresource != "status") {
    applied.erase("status");
    return applied;
  }
  for (auto member = applied.begin(); member != applied.end();) {
    const bool stays = member.key() == "apiVersion" || member.key() == "kind" ||
                       member.key() == "metadata" || member.key() == "status";
    member = stays ? std::next(member) : applied.erase(member);
  }
  metadata.erase("labels");
  metadata.erase("ownerReferences");
  return applied;
}

// Without the fields this manager applied before and applies no longer, unless another owns them.
KubeResult<Json> prune(const Json& merged, const FieldSet& before, const Managers& managers,
                       const TypeSchema& schema) {
  if (before.empty()) return merged;
  FieldSet managed;
  for (const auto& one : managers) managed = set_union(std::move(managed), one.fields);
  managed = with_holders(std::move(managed));
  const auto last = with_holders(before);

  auto all = fields_of(merged, schema);
  if (!all) return Refusal(all.error());
  const auto everything = with_holders(*std::move(all));
  const auto holders_of = [&](const Json& object) {
    auto fields = fields_of(object, schema);
    return with_holders(fields ? *std::move(fields) : FieldSet{});
  };
  // First without all of it; then what others own comes back; then what was never this manager's.
  auto pruned = holders_of(remove_fields(merged, last, schema));
  const auto unowned_fields = set_difference(everything, set_union(std::move(pruned), managed));
  pruned = holders_of(remove_fields(merged, unowned_fields, schema));
  return remove_fields(merged, set_intersection(set_difference(everything, pruned), last), schema);
}

// Objects from before anybody kept record belong to this manager.
void adopt_unrecorded(const Json& live, Managers& managers, const ApplyOptions& options,
                      const TypeSchema& schema) {
  if (live.is_null() || !managers.empty()) return;
  auto fields = fields_of(live, schema);
  if (!fields) return;
  managers.push_back({.name = "before-first-apply",
                      .operation = "Update",
                      .api_version = string_or(live, "apiVersion"),
                      .subresource = {},
                      .time = api_time(options.now),
                      .fields = owned(*std::move(fields), options)});
}

KubeResult<> check_body(const Json& applied, const ApplyOptions& options) {
  if (options.manager.empty())
    return bad_request(
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is "
        "required for apply patch");
  if (!applied.is_object() || !applied.contains("metadata") || !applied["metadata"].is_object())
    return bad_request("an applied configuration must be an object with metadata");
  const auto managed = applied["metadata"].find("managedFields");
  if (managed != applied["metadata"].end() && !managed->empty())
    return bad_request("metadata.managedFields must be nil");
  return {};
}

}  // namespace

KubeResult<Json> server_side_apply(const Json& live, const Json& applied,
                                   const ApplyOptions& options, const TypeSchema& schema) {
  if (auto ok = check_body(applied, options); !ok) return Refusal(ok.error());
  const auto config = within_reach(applied, options);
  auto managers = decode(live);
  adopt_unrecorded(live, managers, options, schema);

  auto wanted = fields_of(config, schema);
  if (!wanted) {
    auto status = std::move(wanted).error();
    status.message =
        fmt::format("failed to create typed patch object ({}; {}, Kind={}): {}",
                    string_or(config["metadata"], "name"), string_or(config, "apiVersion"),
                    string_or(config, "kind"), status.message);
    return Refusal(std::move(status));
  }
  auto self = requester(options, "Apply", applied);
  FieldSet before;
  auto* mine = find(managers, self);
  if (mine) {
    before = mine->fields;
    self.time = mine->time;
  } else {
    mine = &managers.emplace_back(self);
  }
  mine->fields = self.fields = owned(*std::move(wanted), options);
  mine->api_version = self.api_version;

  auto pruned = prune(merge_config(live, config, schema), before, managers, schema);
  if (!pruned) return pruned;
  auto object = without_nulls(*pruned);
  const auto changes = owned(compare_fields(live, object, schema), options);
  if (const auto conflicts = conflicts_with(managers, self, changes);
      !conflicts.empty() && !options.force &&
      !(options.manager == "kubectl" && set_by_client_side_apply(live, conflicts, schema)))
    return apply_conflict(conflicts);
  take_from_others(managers, self, changes);
  if (changes.any() || self.fields != before || self.time.empty())
    find(managers, self)->time = api_time(options.now);
  store(object, managers);
  if (options.manager == "kubectl") refresh_last_applied(object, applied);
  return object;
}

Json track_update(const Json& before, Json after, const ApplyOptions& options,
                  const TypeSchema& schema) {
  if (!after.is_object()) return after;
  const auto& metadata = object_or_empty(after, "metadata");
  const auto brought = metadata.find("managedFields");
  const bool forgets = brought != metadata.end() && brought->is_array() &&
                       (brought->empty() || *brought == Json::array({Json::object()}));
  auto managers = decode(after);
  if (managers.empty() && !forgets) managers = decode(before);
  // What was not recorded from the start is not recorded later either.
  if (!before.is_null() && managers.empty()) {
    after["metadata"].erase("managedFields");
    return after;
  }
  auto self = requester(options, "Update", after);
  const auto changes = owned(compare_fields(before, after, schema), options);
  take_from_others(managers, self, changes);
  auto* mine = find(managers, self);
  if (mine) mine->fields = set_difference(std::move(mine->fields), changes.removed);
  const auto taken = set_union(changes.modified, changes.added);
  if (!taken.empty()) {
    if (!mine) mine = &managers.emplace_back(std::move(self));
    mine->fields = set_union(std::move(mine->fields), taken);
    mine->time = api_time(options.now);
  }
  store(after, managers);
  return after;
}

}  // namespace mtc::emulator::kubernetes
