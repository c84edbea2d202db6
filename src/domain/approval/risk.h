// How dangerous each action is and what it needs: one table.
#pragma once

#include <span>
#include <string_view>

#include "domain/identity/user.h"

namespace mtc::approval {

enum class Tier {
  read,
  change,        // done at once, recorded, can be undone
  dangerous,     // planned first, done after a confirmation
  irreversible,  // the same, and only for somebody we are sure of
};
std::string_view name_of(Tier tier);

struct Risk {
  std::string_view action;  // the tool's name; with a dot for a variant: "scale_workload.to_zero"
  Tier tier = Tier::dangerous;
};

// All actions of the product, sorted. An action that is not in it is irreversible.
std::span<const Risk> risk_table();
Tier tier_of(std::string_view action);

// What the tier needs at least.
identity::Scope scope_of(Tier tier);          // read, operate, operate, admin
identity::Assurance assurance_of(Tier tier);  // device, voice, voice, strong

}  // namespace mtc::approval
