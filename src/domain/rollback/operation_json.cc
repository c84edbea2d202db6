// An operation for readers: the console, tools, exports. What doing a step needs is not shown.
#include "domain/rollback/telling.h"

namespace mtc::rollback {
namespace {

Json to_json(const Target& target) {
  return {{"region", target.region},
          {"cluster_id", target.cluster_id},
          {"cluster_name", target.cluster_name},
          {"namespace", target.object.ns},
          {"kind", target.object.kind},
          {"name", target.object.name}};
}

void put_time(Json& object, const char* key, const std::optional<TimePoint>& time) {
  if (time) object[key] = format_iso_utc(*time);
}

Json to_json(const Step& step) {
  Json out{
      {"step", number_of(step.rung)}, {"rung", name_of(step.rung)}, {"state", name_of(step.state)}};
  if (!step.reason.empty()) out["reason"] = step.reason;
  if (!step.action.empty()) out["action"] = step.action;
  if (!step.summary.empty()) out["summary"] = step.summary;
  if (!step.checkpoint.empty()) out["checkpoint"] = step.checkpoint;
  if (step.before) out["before"] = to_json(*step.before);
  if (step.after) out["after"] = to_json(*step.after);
  put_time(out, "started", step.started);
  put_time(out, "ended", step.ended);
  return out;
}

}  // namespace

Json to_json(const Operation& operation) {
  Json steps = Json::array();
  for (const auto& step : operation.steps) steps.push_back(to_json(step));
  Json out{{"id", operation.id},
           {"number", operation.number},
           {"incident", operation.incident},
           {"title", operation.title},
           {"trouble", operation.trouble},
           {"target", to_json(operation.target)},
           {"score", operation.score},
           {"trigger", name_of(operation.trigger)},
           {"state", name_of(operation.state)},
           {"steps", std::move(steps)},
           {"speech", operation.speech},
           {"language", name_of(operation.language)},
           {"cancel_asked", operation.cancel_asked},
           {"started", format_iso_utc(operation.started)}};
  if (!operation.alert_id.empty()) out["alert"] = operation.alert_id;
  if (!operation.cancel_by.empty()) out["cancelled_by"] = operation.cancel_by;
  if (!operation.diagnosis.is_null()) out["diagnosis"] = operation.diagnosis;
  put_time(out, "ended", operation.ended);
  return out;
}

}  // namespace mtc::rollback
