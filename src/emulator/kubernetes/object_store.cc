#include "emulator/kubernetes/object_store.h"

#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {

StoredObject::StoredObject(Json value, std::uint64_t version)
    : value_(std::move(value)), version_(version), id_{namespace_of(value_), name_of(value_)} {}

const std::string& StoredObject::text() const {
  if (!text_.empty()) return text_;
  for (const auto& [key, member] : value_.items()) {
    if (key == "kind" || key == "apiVersion") continue;
    if (!text_.empty()) text_ += ',';
    text_ += dump_json(key);
    text_ += ':';
    text_ += dump_json(member);
  }
  text_ += '}';
  return text_;
}

ObjectStore::ObjectStore(std::size_t kept_changes)
    : kept_changes_(kept_changes), tables_(all_kinds().size()) {}

ObjectStore::Table& ObjectStore::table(const ResourceKind& kind) {
  return tables_.at(static_cast<std::size_t>(&kind - all_kinds().data()));
}
const ObjectStore::Table& ObjectStore::table(const ResourceKind& kind) const {
  return tables_.at(static_cast<std::size_t>(&kind - all_kinds().data()));
}

ObjectPtr ObjectStore::find(const ResourceKind& kind, const ObjectId& id) const {
  const auto& objects = table(kind).objects;
  const auto found = objects.find(id);
  return found == objects.end() ? nullptr : found->second;
}

const Objects& ObjectStore::all(const ResourceKind& kind) const {
  return table(kind).objects;
}

std::pair<Objects::const_iterator, Objects::const_iterator> ObjectStore::in_namespace(
    const ResourceKind& kind, const std::string& ns) const {
  const auto& objects = table(kind).objects;
  const auto first = objects.lower_bound({ns, ""});
  auto last = objects.lower_bound({ns + '\0', ""});
  return {first, last};
}

ObjectPtr ObjectStore::put(const ResourceKind& kind, Json object) {
  ++version_;
  member(object, {"metadata"})["resourceVersion"] = std::to_string(version_);
  auto stored = std::make_shared<const StoredObject>(std::move(object), version_);
  auto& rows = table(kind);
  auto& slot = rows.objects[stored->id()];
  auto before = std::exchange(slot, stored);
  index(kind, before, stored);
  const auto type = before ? Change::Type::modified : Change::Type::added;
  note(kind, rows, {type, stored, std::move(before), version_});
  return stored;
}

void ObjectStore::erase(const ResourceKind& kind, const ObjectId& id) {
  auto& rows = table(kind);
  const auto found = rows.objects.find(id);
  if (found == rows.objects.end()) return;
  const auto before = found->second;
  rows.objects.erase(found);
  ++version_;
  auto last = before->value();
  last["metadata"]["resourceVersion"] = std::to_string(version_);
  index(kind, before, nullptr);
  note(kind, rows,
       {Change::Type::deleted, std::make_shared<const StoredObject>(std::move(last), version_),
        before, version_});
}

void ObjectStore::note(const ResourceKind& kind, Table& rows, Change change) {
  rows.changes.push_back(change);
  while (rows.changes.size() > kept_changes_) {
    rows.forgotten = rows.changes.front().version;
    rows.changes.pop_front();
  }
  for (const auto& observer : observers_) observer(kind, change);
}

std::optional<Objects> ObjectStore::at(const ResourceKind& kind, std::uint64_t version) const {
  const auto& rows = table(kind);
  if (version < rows.forgotten) return std::nullopt;
  auto objects = rows.objects;
  for (auto change = rows.changes.rbegin(); change != rows.changes.rend(); ++change) {
    if (change->version <= version) break;
    if (change->type == Change::Type::added) {
      objects.erase(change->object->id());
    } else {
      objects[change->previous->id()] = change->previous;
    }
  }
  return objects;
}

const Changes& ObjectStore::changes(const ResourceKind& kind) const {
  return table(kind).changes;
}
std::uint64_t ObjectStore::forgotten(const ResourceKind& kind) const {
  return table(kind).forgotten;
}

void ObjectStore::forget_changes() {
  ++version_;  // also what was read a moment ago is older than this
  for (auto& rows : tables_) {
    rows.changes.clear();
    rows.forgotten = version_;
  }
}

void ObjectStore::index(const ResourceKind& kind, const ObjectPtr& before, const ObjectPtr& after) {
  const auto owners = [](const ObjectPtr& object) -> const Json& {
    static const Json none = Json::array();
    return object ? array_or_empty(object_or_empty(object->value(), "metadata"), "ownerReferences")
                  : none;
  };
  if (before && after && owners(before) == owners(after)) return;
  for (const auto& owner : owners(before)) {
    const auto found = dependents_.find(string_or(owner, "uid"));
    if (found == dependents_.end()) continue;
    found->second.erase({&kind, before->id()});
    if (found->second.empty()) dependents_.erase(found);
  }
  for (const auto& owner : owners(after))
    dependents_[string_or(owner, "uid")].insert({&kind, after->id()});
}

std::vector<ObjectStore::Reference> ObjectStore::dependents(const std::string& uid) const {
  const auto found = dependents_.find(uid);
  if (found == dependents_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace mtc::emulator::kubernetes
