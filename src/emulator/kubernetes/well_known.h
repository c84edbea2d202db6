// The rows of the kinds that the controllers themselves work with.
#pragma once

#include "emulator/kubernetes/kinds.h"

namespace mtc::emulator::kubernetes::known {

const ResourceKind& pods();
const ResourceKind& nodes();
const ResourceKind& services();
const ResourceKind& endpoints();
const ResourceKind& endpoint_slices();
const ResourceKind& events();
const ResourceKind& namespaces();
const ResourceKind& config_maps();
const ResourceKind& secrets();
const ResourceKind& service_accounts();
const ResourceKind& volume_claims();
const ResourceKind& deployments();
const ResourceKind& replica_sets();
const ResourceKind& stateful_sets();
const ResourceKind& daemon_sets();
const ResourceKind& controller_revisions();
const ResourceKind& jobs();
const ResourceKind& disruption_budgets();
const ResourceKind& roles();
const ResourceKind& cluster_roles();
const ResourceKind& role_bindings();
const ResourceKind& cluster_role_bindings();

}  // namespace mtc::emulator::kubernetes::known
