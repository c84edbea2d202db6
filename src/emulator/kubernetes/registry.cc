#include "emulator/kubernetes/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kForeground = "foregroundDeletion";
constexpr std::int64_t kLongestGrace = 1'000'000'000;  // so that times can be added up

// Everything but metadata and status: what a generation counts.
bool same_spec(const Json& a, const Json& b) {
  const auto rest = [](const Json& object) {
    auto copy = object;
    copy.erase("metadata");
    copy.erase("status");
    return copy;
  };
  if (a.contains("spec") && b.contains("spec")) return a["spec"] == b["spec"];
  return rest(a) == rest(b);
}

bool counts_generations(const ResourceKind& kind) {
  return kind.group == "apps" || kind.group == "batch" || kind.group == "policy" ||
         kind.group == "networking.k8s.io" || kind.group == "autoscaling";
}

bool has_finalizer(const Json& object, std::string_view name) {
  const auto& all = array_or_empty(object_or_empty(object, "metadata"), "finalizers");
  return std::find(all.begin(), all.end(), Json(name)) != all.end();
}
bool has_finalizers(const Json& object) {
  return !array_or_empty(object_or_empty(object, "metadata"), "finalizers").empty();
}

void drop_finalizer(Json& object, std::string_view name) {
  auto& metadata = object["metadata"];
  Json kept = Json::array();
  for (const auto& one : array_or_empty(metadata, "finalizers"))
    if (one != name) kept.push_back(one);
  if (kept.empty()) {
    metadata.erase("finalizers");
  } else {
    metadata["finalizers"] = std::move(kept);
  }
}

Json without_owner(const Json& references, const std::string& uid) {
  Json kept = Json::array();
  for (const auto& one : references)
    if (string_or(one, "uid") != uid) kept.push_back(one);
  return kept;
}

// Seconds. A pod that runs somewhere is given time to end; one that does not is gone at once.
std::int64_t grace_of(const ResourceKind& kind, const Json& object, const DeleteOptions& how) {
  if (&kind != &known::pods()) return 0;
  const auto phase = text_at(object, {"status", "phase"});
  if (text_at(object, {"spec", "nodeName"}).empty() || phase == "Succeeded" || phase == "Failed")
    return 0;
  const auto wanted =
      how.grace_seconds.value_or(integer_at(object, {"spec", "terminationGracePeriodSeconds"}, 30));
  return std::clamp<std::int64_t>(wanted, 0, kLongestGrace);
}

}  // namespace

std::string Registry::generate_name(const ResourceKind& kind, const std::string& ns,
                                    std::string prefix) {
  while (true) {
    std::string random;
    for (int i = 0; i < 5; ++i) random += static_cast<char>(uniform(random_, 27));
    auto name = prefix + safe_encode(random);
    if (!store_.find(kind, {ns, name})) return name;
  }
}

KubeResult<> Registry::check_namespace(const ResourceKind& kind, const Json& object) const {
  if (!kind.namespaced) return {};
  const auto ns = namespace_of(object);
  const auto found = store_.find(known::namespaces(), {"", ns});
  if (!found) return not_found("namespaces", "", ns);
  if (!is_deleted(found->value())) return {};
  auto refusal = forbidden(
      kind.plural, kind.group, name_of(object),
      fmt::format("unable to create new content in namespace {} because it is being terminated",
                  ns));
  auto& status = refusal.error();
  status.details["causes"] =
      Json::array({{{"reason", "NamespaceTerminating"},
                    {"message", fmt::format("namespace {} is being terminated", ns)},
                    {"field", "metadata.namespace"}}});
  return refusal;
}

KubeResult<ObjectPtr> Registry::create(const ResourceKind& kind, Json object,
                                       WriteOptions options) {
  auto& metadata = member(object, {"metadata"});
  if (!kind.namespaced) metadata.erase("namespace");
  if (const auto prefix = string_or(metadata, "generateName");
      string_or(metadata, "name").empty() && !prefix.empty())
    metadata["name"] = generate_name(kind, namespace_of(object), prefix);
  if (auto ok = check_namespace(kind, object); !ok) return std::unexpected(ok.error());
  const ObjectId id{namespace_of(object), name_of(object)};
  if (store_.find(kind, id)) return already_exists(kind.plural, kind.group, id.name);
  if (string_or(metadata, "uid").empty()) metadata["uid"] = new_uid();
  metadata["creationTimestamp"] = api_time(options.now);
  for (const auto* key : {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"})
    metadata.erase(key);
  if (counts_generations(kind)) {
    metadata["generation"] = 1;
  } else {
    metadata.erase("generation");
  }
  return put(kind, std::move(object), options);
}

ObjectPtr Registry::put(const ResourceKind& kind, Json object, WriteOptions options) {
  if (options.dry_run)
    return std::make_shared<const StoredObject>(std::move(object), store_.version());
  return store_.put(kind, std::move(object));
}

KubeResult<ObjectPtr> Registry::update(const ResourceKind& kind, Json object, Part part,
                                       WriteOptions options) {
  const ObjectId id{namespace_of(object), name_of(object)};
  const auto before = store_.find(kind, id);
  if (!before) return not_found(kind.plural, kind.group, id.name);
  const auto wanted = text_at(object, {"metadata", "resourceVersion"});
  if (!wanted.empty() && wanted != std::to_string(before->version()))
    return conflict(kind.plural, kind.group, id.name);
  const auto uid = text_at(object, {"metadata", "uid"});
  if (!uid.empty() && uid != uid_of(before->value()))
    return conflict(
        kind.plural, kind.group, id.name,
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", uid,
                    uid_of(before->value())));
  return replace(kind, *before, std::move(object), part, options);
}

ObjectPtr Registry::replace(const ResourceKind& kind, const StoredObject& before, Json object,
                            Part part, WriteOptions options) {
  const auto& old = before.value();
  if (part == Part::main && kind.subresource("status") != nullptr) {
    if (old.contains("status")) {
      object["status"] = old["status"];
    } else {
      object.erase("status");
    }
  }
  auto& metadata = member(object, {"metadata"});
  for (const auto* key :
       {"uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
        "resourceVersion", "generateName"}) {
    if (old["metadata"].contains(key)) {
      metadata[key] = old["metadata"][key];
    } else {
      metadata.erase(key);
    }
  }
  metadata.erase("selfLink");
  if (object == old) return std::make_shared<const StoredObject>(old, before.version());
  if (counts_generations(kind) && part == Part::main && !same_spec(old, object))
    metadata["generation"] = integer_or(metadata, "generation") + 1;
  // What an ending namespace waits for is its content, too.
  if (is_deleted(object) && !has_finalizers(object) && has_finalizers(old) && !options.dry_run &&
      integer_or(metadata, "deletionGracePeriodSeconds") == 0 && &kind != &known::namespaces()) {
    const auto stored = store_.put(kind, std::move(object));
    erase(kind, stored->id(), options.now);
    return stored;
  }
  return put(kind, std::move(object), options);
}

KubeResult<Deleted> Registry::remove(const ResourceKind& kind, const ObjectId& id,
                                     DeleteOptions how, WriteOptions options) {
  const auto found = store_.find(kind, id);
  if (!found) return not_found(kind.plural, kind.group, id.name);
  const auto& old = found->value();
  if (!how.uid.empty() && how.uid != uid_of(old))
    return conflict(
        kind.plural, kind.group, id.name,
        fmt::format(
            "the UID in the precondition ({}) does not match the UID in record ({}). The object "
            "might have been deleted and then recreated",
            how.uid, uid_of(old)));
  if (!how.resource_version.empty() && how.resource_version != std::to_string(found->version()))
    return conflict(kind.plural, kind.group, id.name,
                    fmt::format("the ResourceVersion in the precondition ({}) does not match the "
                                "ResourceVersion in record ({}). The object might have been "
                                "modified",
                                how.resource_version, found->version()));
  if (options.dry_run) return Deleted{found, true};

  const auto uid = uid_of(old);
  const auto grace = grace_of(kind, old, how);
  const bool waits_for_others = how.propagation == Propagation::foreground && blocks(uid);
  const bool waits =
      grace > 0 || waits_for_others || has_finalizers(old) || &kind == &known::namespaces();
  if (how.propagation == Propagation::orphan) orphan_dependents(uid, options.now);
  if (!waits) {
    erase(kind, id, options.now);
    return Deleted{found, true};
  }
  auto object = old;
  auto& metadata = object["metadata"];
  const bool sooner = is_deleted(old) && grace < integer_or(metadata, "deletionGracePeriodSeconds");
  if (!is_deleted(old) || sooner) {
    metadata["deletionTimestamp"] = api_time(options.now + std::chrono::seconds(grace));
    metadata["deletionGracePeriodSeconds"] = grace;
    if (counts_generations(kind)) metadata["generation"] = integer_or(metadata, "generation") + 1;
  }
  if (waits_for_others && !has_finalizer(object, kForeground)) {
    if (!metadata["finalizers"].is_array()) metadata["finalizers"] = Json::array();
    metadata["finalizers"].push_back(kForeground);
  }
  if (&kind == &known::namespaces()) member(object, {"status"})["phase"] = "Terminating";
  auto stored = object == old ? found : store_.put(kind, std::move(object));
  if (waits_for_others) {
    for (const auto& dependent : store_.dependents(uid)) {
      const auto one = store_.find(*dependent.kind, dependent.id);
      if (one && !is_deleted(one->value()))
        (void)remove(*dependent.kind, dependent.id, {.propagation = Propagation::foreground},
                     options);
    }
    if (const auto now_stored = store_.find(kind, id)) {
      stored = now_stored;
    } else {
      return Deleted{stored, true};
    }
  }
  return Deleted{stored, false};
}

void Registry::erase(const ResourceKind& kind, const ObjectId& id, TimePoint now) {
  const auto found = store_.find(kind, id);
  if (!found) return;
  store_.erase(kind, id);
  release_dependents(uid_of(found->value()), now);
  release_owners(found->value(), now);
}

// Whether something that this object owns must go before it.
bool Registry::blocks(const std::string& owner_uid) const {
  return std::ranges::any_of(store_.dependents(owner_uid), [&](const auto& dependent) {
    const auto object = store_.find(*dependent.kind, dependent.id);
    if (!object) return false;
    for (const auto& one :
         array_or_empty(object_or_empty(object->value(), "metadata"), "ownerReferences"))
      if (string_or(one, "uid") == owner_uid && bool_or(one, "blockOwnerDeletion")) return true;
    return false;
  });
}

void Registry::orphan_dependents(const std::string& uid, TimePoint now) {
  for (const auto& dependent : store_.dependents(uid)) {
    (void)edit(*dependent.kind, dependent.id, now, Part::main, [&](Json& object) {
      auto& metadata = object["metadata"];
      auto kept = without_owner(metadata["ownerReferences"], uid);
      if (kept.empty()) {
        metadata.erase("ownerReferences");
      } else {
        metadata["ownerReferences"] = std::move(kept);
      }
    });
  }
}

// Garbage collection: what nobody owns any more goes too.
void Registry::release_dependents(const std::string& uid, TimePoint now) {
  for (const auto& dependent : store_.dependents(uid)) {
    const auto object = store_.find(*dependent.kind, dependent.id);
    if (!object) continue;
    if (object->value()["metadata"]["ownerReferences"].size() > 1) {
      (void)edit(*dependent.kind, dependent.id, now, Part::main, [&](Json& edited) {
        auto& references = edited["metadata"]["ownerReferences"];
        references = without_owner(references, uid);
      });
    } else if (!is_deleted(object->value())) {
      (void)remove(*dependent.kind, dependent.id, {}, {.now = now});
    }
  }
}

// An owner that is deleted in the foreground goes when the last one it waited for has gone.
void Registry::release_owners(const Json& object, TimePoint now) {
  for (const auto& reference :
       array_or_empty(object_or_empty(object, "metadata"), "ownerReferences")) {
    const auto* row = find_kind(string_or(reference, "apiVersion"), string_or(reference, "kind"));
    if (row == nullptr) continue;
    const auto* kind = find_stored(row->group, row->plural);
    const ObjectId id{row->namespaced ? namespace_of(object) : "", string_or(reference, "name")};
    const auto owner = store_.find(*kind, id);
    if (!owner || !is_deleted(owner->value()) || !has_finalizer(owner->value(), kForeground) ||
        blocks(uid_of(owner->value())))
      continue;
    (void)edit(*kind, id, now, Part::main,
               [](Json& edited) { drop_finalizer(edited, kForeground); });
  }
}

}  // namespace mtc::emulator::kubernetes
