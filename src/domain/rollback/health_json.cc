// Health as it is kept with a step.
#include "domain/rollback/health.h"
#include "domain/rollback/json_members.h"

namespace mtc::rollback {

Json to_json(const Health& health) {
  Json out{{"at", health.at.time_since_epoch().count()},
           {"exists", health.exists},
           {"rolling", health.rolling},
           {"stuck", health.stuck},
           {"wanted", health.wanted},
           {"ready", health.ready}};
  put(out, "restarts", health.restarts);
  put(out, "crashing", health.crashing);
  put(out, "error_rate", health.error_rate);
  put(out, "usual_error_rate", health.usual_error_rate);
  put(out, "resource_use", health.resource_use);
  put(out, "alert_firing", health.alert_firing);
  if (health.alert_changed) out["alert_changed"] = health.alert_changed->time_since_epoch().count();
  put(out, "release_ready", health.release_ready);
  put(out, "release_wanted", health.release_wanted);
  return out;
}

Health health_from_json(const Json& json) {
  Health out;
  out.at = TimePoint(Millis(integer_or(json, "at")));
  out.exists = bool_or(json, "exists", true);
  out.rolling = bool_or(json, "rolling");
  out.stuck = bool_or(json, "stuck");
  out.wanted = integer_or(json, "wanted");
  out.ready = integer_or(json, "ready");
  out.restarts = integer_in(json, "restarts");
  out.crashing = integer_in(json, "crashing");
  out.error_rate = number_in(json, "error_rate");
  out.usual_error_rate = number_in(json, "usual_error_rate");
  out.resource_use = number_in(json, "resource_use");
  out.alert_firing = bool_in(json, "alert_firing");
  if (const auto changed = integer_in(json, "alert_changed"))
    out.alert_changed = TimePoint(Millis(*changed));
  out.release_ready = integer_in(json, "release_ready");
  out.release_wanted = integer_in(json, "release_wanted");
  return out;
}

}  // namespace mtc::rollback
