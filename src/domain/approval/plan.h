// A plan: what a dangerous tool would do, bound to who asked, to what exactly and to the state the
// target was in; done once, after it has been confirmed, before it expires.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "domain/identity/user.h"

namespace mtc::approval {

enum class PlanState {
  waiting,    // for its confirmation
  executing,  // confirmed and claimed; whoever claimed it is at work or has died
  done,
  failed,
  cancelled,
  expired,
};
std::string_view name_of(PlanState state);
std::optional<PlanState> parse_plan_state(std::string_view name);

struct Plan {
  std::string id;
  identity::UserId user = 0;
  std::string code_hash;  // of the spoken code; the code itself is kept nowhere
  int wrong_codes = 0;
  std::string action;          // the tool that made it: "scale_workload"
  Json arguments;              // what the tool needs to do exactly this; sealed at rest
  std::string target;          // "cls-0a1b2c3d/shop-prod/Deployment/payment"
  std::string target_version;  // of the target when the plan was made; may be empty
  std::string summary;         // what will be done and whom it touches, for the ear
  PlanState state = PlanState::waiting;
  std::string outcome;  // for the ear, once it is done or failed
  TimePoint created{};
  TimePoint expires{};
  TimePoint changed{};
};

}  // namespace mtc::approval
