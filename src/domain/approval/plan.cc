#include "domain/approval/plan.h"

namespace mtc::approval {

std::string_view name_of(PlanState state) {
  switch (state) {
    case PlanState::waiting:
      return "waiting";
    case PlanState::executing:
      return "executing";
    case PlanState::done:
      return "done";
    case PlanState::failed:
      return "failed";
    case PlanState::cancelled:
      return "cancelled";
    case PlanState::expired:
      return "expired";
  }
  return "";
}

std::optional<PlanState> parse_plan_state(std::string_view name) {
  for (const PlanState state : {PlanState::waiting, PlanState::executing, PlanState::done,
                                PlanState::failed, PlanState::cancelled, PlanState::expired}) {
    if (name == name_of(state)) return state;
  }
  return std::nullopt;
}

}  // namespace mtc::approval
