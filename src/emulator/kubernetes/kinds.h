// What this API serves: one row a resource. Discovery, routing, authorization and the store all
// read this table, so that they cannot disagree.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mtc::emulator::kubernetes {

struct Subresource {
  std::string_view name;  // "scale"
  std::string_view kind;  // of the body: "Scale"
  std::string_view verbs;
  // Of the body's kind where they are not the resource's own, else empty.
  std::string_view group = {};
  std::string_view version = {};

  bool can(std::string_view verb) const;
};

// Lists in one text are separated by one blank.
struct ResourceKind {
  std::string_view group;  // "" is the core group
  std::string_view version;
  std::string_view kind;      // "Deployment"
  std::string_view plural;    // "deployments"
  std::string_view singular;  // "deployment"
  std::string_view short_names;
  bool namespaced = true;
  std::string_view verbs;
  std::string_view categories;
  std::span<const Subresource> subresources;
  // False where another row of the same group and plural is the one objects are stored as:
  // policy/v1beta1 is another way to say policy/v1.
  bool stored = true;

  std::string api_version() const;  // "apps/v1", "v1"
  bool can(std::string_view verb) const;
  const Subresource* subresource(std::string_view name) const;  // null: there is none
};

// In the order discovery shows them: the core group first, preferred versions first.
std::span<const ResourceKind> all_kinds();

// Null if this API does not serve it. The rows live as long as the program.
const ResourceKind* find_resource(std::string_view group, std::string_view version,
                                  std::string_view plural);
const ResourceKind* find_kind(std::string_view api_version, std::string_view kind);
// The row that objects of this group and plural are stored as, whatever version is asked for.
const ResourceKind* find_stored(std::string_view group, std::string_view plural);

// "apps/v1" is {"apps", "v1"}, "v1" is {"", "v1"}.
struct GroupVersion {
  std::string_view group;
  std::string_view version;
};
GroupVersion split_api_version(std::string_view api_version);

}  // namespace mtc::emulator::kubernetes
