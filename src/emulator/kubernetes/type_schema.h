// What merging must know of an object's structure: which lists are merged item by item and by which
// key, which are sets, and what is only ever replaced as a whole. One tree a kind, as the API's
// own types and their patchMergeKey, listType and mapType marks say.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace mtc::emulator::kubernetes {

struct ListKey {
  std::string name;
  Json missing = nullptr;  // taken where an item has no such member; null: it must have one
};

// A member of an object, or the object itself. What a schema does not mention is a scalar, an
// object merged member by member, or a list replaced as a whole.
struct TypeSchema {
  // Strategic merge patch.
  std::string patch_key;          // items of the list merge by this member; empty: replaced
  bool patch_merges_set = false;  // a list of scalars that a patch adds to

  // Server-side apply.
  std::vector<ListKey> apply_keys;  // items of the list are owned one by one, by these members
  bool apply_set = false;           // scalars of the list are owned one by one
  bool apply_atomic = false;        // the object, or each item of the list, is owned as a whole

  // Go holds it as a value: it is always there, so nobody owns its mere presence.
  bool always_there = false;

  // Members of the object, or of each item of the list.
  std::map<std::string, TypeSchema, std::less<>> members;

  const TypeSchema& member(std::string_view name) const;  // a default one if not mentioned
};

// The schema lives as long as the program. An unknown kind gets what all objects share: metadata.
const TypeSchema& schema_of(std::string_view api_version, std::string_view kind);

}  // namespace mtc::emulator::kubernetes
