// The objects of one cluster and what happened to them lately: what etcd is to a real API server.
// It knows nothing of what an object means; registry.h does.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"
#include "emulator/kubernetes/kinds.h"

namespace mtc::emulator::kubernetes {

struct ObjectId {
  std::string ns;  // empty for cluster-wide kinds
  std::string name;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

// One version of an object; never changed.
class StoredObject {
 public:
  StoredObject(Json value, std::uint64_t version);
  const Json& value() const { return value_; }
  std::uint64_t version() const { return version_; }
  const ObjectId& id() const { return id_; }
  // The object's JSON without its opening brace, kind and apiVersion: `"metadata":{…},…}`. Made
  // once, so that listing ten thousand objects again costs copying only.
  const std::string& text() const;

 private:
  Json value_;
  std::uint64_t version_;
  ObjectId id_;
  mutable std::string text_;
};
using ObjectPtr = std::shared_ptr<const StoredObject>;
using Objects = std::map<ObjectId, ObjectPtr>;

struct Change {
  enum class Type { added, modified, deleted };
  Type type;
  ObjectPtr object;  // as it is now; of a deleted one, its last state with the version it ended at
  ObjectPtr previous;  // null for added
  std::uint64_t version;
};

using Changes = std::deque<Change>;

// For one thread. `kind` is always a stored row (find_stored).
class ObjectStore {
 public:
  // Keeps so many changes of each kind for watches and for pages of a list.
  explicit ObjectStore(std::size_t kept_changes = 10'000);

  std::uint64_t version() const { return version_; }
  ObjectPtr find(const ResourceKind& kind, const ObjectId& id) const;  // null: there is none
  const Objects& all(const ResourceKind& kind) const;
  // Those of one namespace, as a range of all().
  std::pair<Objects::const_iterator, Objects::const_iterator> in_namespace(
      const ResourceKind& kind, const std::string& ns) const;

  // Inserts or replaces; sets metadata.resourceVersion.
  ObjectPtr put(const ResourceKind& kind, Json object);
  void erase(const ResourceKind& kind, const ObjectId& id);

  // The objects as they were at that version; nullopt if that is too long ago.
  std::optional<Objects> at(const ResourceKind& kind, std::uint64_t version) const;
  // Changes of the kind, oldest first; complete for versions above forgotten(kind).
  const Changes& changes(const ResourceKind& kind) const;
  std::uint64_t forgotten(const ResourceKind& kind) const;
  void forget_changes();  // of all kinds: every older watch is too old from now on

  struct Reference {
    const ResourceKind* kind;
    ObjectId id;
    friend auto operator<=>(const Reference&, const Reference&) = default;
  };
  // What names this uid in its ownerReferences. A copy: the caller may write.
  std::vector<Reference> dependents(const std::string& uid) const;

  // Called after each change, in the order of registration.
  using Observer = std::function<void(const ResourceKind&, const Change&)>;
  void observe(Observer observer) { observers_.push_back(std::move(observer)); }

 private:
  // Not 1: a client that comes with a small version has to hear that it is too late.
  static constexpr std::uint64_t kFirstVersion = 1000;
  struct Table {
    Objects objects;
    Changes changes;
    std::uint64_t forgotten = kFirstVersion;
  };
  Table& table(const ResourceKind& kind);
  const Table& table(const ResourceKind& kind) const;
  void note(const ResourceKind& kind, Table& table, Change change);
  void index(const ResourceKind& kind, const ObjectPtr& before, const ObjectPtr& after);

  std::size_t kept_changes_;
  std::uint64_t version_ = kFirstVersion;
  std::vector<Table> tables_;  // beside all_kinds()
  std::unordered_map<std::string, std::set<Reference>> dependents_;
  std::vector<Observer> observers_;
};

}  // namespace mtc::emulator::kubernetes
