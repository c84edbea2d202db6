// Who may do what: role-based access control (rbac.authorization.k8s.io/v1), evaluated from the
// roles and bindings in the store itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/kubernetes/object_store.h"

namespace mtc::emulator::kubernetes {

struct User {
  std::string name;
  std::vector<std::string> groups;  // "system:masters" may do everything
};

struct Attributes {
  std::string verb;  // get, list, watch, create, update, patch, delete, deletecollection
  std::string group, resource, subresource;
  std::string ns, name;
  std::string path;  // instead of a resource: "/version"
};

bool is_allowed(const ObjectStore& store, const User& user, const Attributes& asked);

// 'User "dev" cannot patch resource "deployments" in API group "apps" in the namespace "shop"'
std::string denial(const User& user, const Attributes& asked);

// What a new cluster has: cluster-admin and the roles that TKE presets (tke:admin, tke:ops,
// tke:dev, tke:ro, tke:ns:dev, tke:ns:ro), as objects to store.
std::vector<Json> preset_roles();

}  // namespace mtc::emulator::kubernetes
