// How objects come, change and go, whoever asks: metadata, optimistic locking, generations,
// finalizers, owners. Requests and controllers both write through here.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "emulator/kubernetes/object_store.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

enum class Part { main, status };

struct WriteOptions {
  TimePoint now{};
  bool dry_run = false;
};

enum class Propagation { background, foreground, orphan };

struct DeleteOptions {
  std::optional<std::int64_t> grace_seconds;  // of a pod; without: what its spec says
  Propagation propagation = Propagation::background;
  std::string uid, resource_version;  // preconditions; empty: none
};

struct Deleted {
  ObjectPtr object;
  bool gone = false;  // false: it waits for its finalizers or its grace period
};

class Registry {
 public:
  // Both outlive the registry.
  Registry(ObjectStore& store, Random& random) : store_(store), random_(random) {}

  // Gives it name (of generateName), uid, creationTimestamp and generation. 404 for a namespace
  // that does not exist, 403 for one that is ending, 409 AlreadyExists.
  KubeResult<ObjectPtr> create(const ResourceKind& kind, Json object, WriteOptions options);

  // Replaces it. What only the API writes is kept from the stored one; Part::main keeps the status,
  // too, where the kind has that subresource, and counts the generations. 404, and 409 if it names
  // another resourceVersion or uid than the stored one. Unchanged: nothing is written.
  KubeResult<ObjectPtr> update(const ResourceKind& kind, Json object, Part part,
                               WriteOptions options);

  KubeResult<Deleted> remove(const ResourceKind& kind, const ObjectId& id, DeleteOptions how,
                             WriteOptions options);

  // For controllers: the change is made to what is stored now; nothing if that is gone.
  template <class Edit>
  ObjectPtr edit(const ResourceKind& kind, const ObjectId& id, TimePoint now, Part part,
                 Edit change) {
    const auto found = store_.find(kind, id);
    if (!found) return nullptr;
    auto object = found->value();
    change(object);
    if (object == found->value()) return found;
    return replace(kind, *found, std::move(object), part, {.now = now});
  }
  // At once, whatever its finalizers and its grace period say.
  void erase(const ResourceKind& kind, const ObjectId& id, TimePoint now);

  // The prefix and five characters, a name that no object of the kind there has.
  std::string generate_name(const ResourceKind& kind, const std::string& ns, std::string prefix);
  std::string new_uid() { return make_uuid(random_); }
  ObjectStore& store() { return store_; }
  const ObjectStore& store() const { return store_; }

 private:
  ObjectPtr replace(const ResourceKind& kind, const StoredObject& before, Json object, Part part,
                    WriteOptions options);
  ObjectPtr put(const ResourceKind& kind, Json object, WriteOptions options);
  KubeResult<> check_namespace(const ResourceKind& kind, const Json& object) const;
  void orphan_dependents(const std::string& uid, TimePoint now);
  void release_dependents(const std::string& uid, TimePoint now);
  void release_owners(const Json& object, TimePoint now);
  bool blocks(const std::string& owner_uid) const;

  ObjectStore& store_;
  Random& random_;
};

}  // namespace mtc::emulator::kubernetes
