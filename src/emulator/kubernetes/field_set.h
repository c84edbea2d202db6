// Sets of an object's fields, as metadata.managedFields holds them (FieldsV1), and what
// structured-merge-diff does with them: the arithmetic of who owns what.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/json.h"
#include "emulator/kubernetes/status.h"
#include "emulator/kubernetes/type_schema.h"

namespace mtc::emulator::kubernetes {

// A tree of paths. Children are named as FieldsV1 names them: "f:spec" is a member,
// `k:{"name":"x"}` the list item with that key, `v:"x"` that item of a set.
struct FieldSet {
  bool member = false;  // the path that leads here is in the set itself
  std::map<std::string, FieldSet> children;

  bool empty() const;
  // "metadata.labels" and everything on the way; members of objects only.
  void insert(std::string_view dotted);
  // Calls it with every path in the set, as ".spec.containers[name=\"x\"].image".
  void each_path(const std::function<void(const std::string&)>& visit) const;

  friend bool operator==(const FieldSet&, const FieldSet&) = default;
};

Json to_fields_v1(const FieldSet& set);
// Tolerates what is no FieldsV1: such parts are no fields.
FieldSet from_fields_v1(const Json& json);

FieldSet set_union(FieldSet a, const FieldSet& b);
FieldSet set_intersection(const FieldSet& a, const FieldSet& b);
FieldSet set_difference(FieldSet a, const FieldSet& b);
// Without b's paths and everything below them.
FieldSet recursive_difference(FieldSet a, const FieldSet& b);
// With the objects that hold its fields as fields too.
FieldSet with_holders(FieldSet set);

// The fields an object sets. 500, in the API's words, where a list's item lacks its key or two have
// the same.
KubeResult<FieldSet> fields_of(const Json& object, const TypeSchema& schema);

struct FieldChanges {
  FieldSet added;
  FieldSet modified;
  FieldSet removed;

  bool any() const { return !added.empty() || !modified.empty() || !removed.empty(); }
};
// Either may be null: the object is not there.
FieldChanges compare_fields(const Json& before, const Json& after, const TypeSchema& schema);

// `live` with everything `config` says; lists merge by their keys, in config's order where it has
// one. Members config sets to null stay as null.
Json merge_config(const Json& live, const Json& config, const TypeSchema& schema);

// Without those fields. What is left empty by it becomes null.
Json remove_fields(const Json& object, const FieldSet& gone, const TypeSchema& schema);

}  // namespace mtc::emulator::kubernetes
