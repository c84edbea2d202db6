#include "domain/rollback/run_audit.h"

namespace mtc::rollback {
namespace {

constexpr std::string_view kSystem = "system";
constexpr std::string_view kAutomatic = "automatic";

}  // namespace

std::string_view action_of(Rung rung) {
  switch (rung) {
    case Rung::restart:
      return "restart_workload";
    case Rung::scale_out:
      return "scale_workload";
    case Rung::previous_version:
      return "roll_back";
    case Rung::isolate:
      return "isolate_workload";
    case Rung::whole_release:
      return "roll_back_release";
    case Rung::person:
      break;
  }
  return kHandling;
}

audit::Entry entry_of(const Operation& operation, const identity::User& user, audit::Event event,
                      const Step* step, std::string reason, Json details, TimePoint now) {
  const bool asked = operation.trigger == Trigger::person;
  if (!details.is_object()) details = Json::object();
  details["operation"] = operation.number;
  details["trigger"] = name_of(operation.trigger);
  details["on_behalf_of"] = user.username;
  if (!operation.incident.empty()) details["incident"] = operation.incident;
  audit::Entry out{.time = now,
                   .actor = asked ? user.username : std::string(kSystem),
                   .assurance = operation.assurance,
                   .channel = asked ? operation.channel : std::string(kAutomatic),
                   .event = event,
                   .action = std::string(kHandling),
                   .target = target_name(operation.target),
                   .plan = operation.id,
                   .reason = std::move(reason),
                   .details = {}};
  if (step != nullptr) {
    details["step"] = number_of(step->rung);
    details["rung"] = name_of(step->rung);
    out.action = step->action.empty() ? std::string(action_of(step->rung)) : step->action;
    if (!step->target.empty()) out.target = step->target;
    if (!step->checkpoint.empty()) details["checkpoint"] = step->checkpoint;
  }
  out.details = std::move(details);
  return out;
}

}  // namespace mtc::rollback
