// Alerts and silences for readers: what came from outside is valid text of bounded length.
#include <cmath>

#include "base/text.h"
#include "domain/alerts/alert.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/speech.h"

namespace mtc::alerts {
namespace {

constexpr std::size_t kMostCharacters = 1000;

std::string text_of(std::string_view text) {
  return shorten_characters(sanitize_utf8(text), kMostCharacters);
}

Json number_of(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? Json(*number) : Json();
}

Json time_of(const std::optional<TimePoint>& time) {
  return time ? Json(format_iso_utc(*time)) : Json();
}

Json json_of(const Subject& subject) {
  Json out = Json::object();
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = text_of(value);
  };
  add("region", subject.region);
  add("cluster_id", subject.cluster_id);
  add("cluster_name", subject.cluster_name);
  add("namespace", subject.ns);
  add("kind", subject.kind);
  add("name", subject.name);
  add("pod", subject.pod);
  add("node", subject.node);
  add("instance", subject.instance);
  add("text", subject.text);
  return out;
}

}  // namespace

Json to_json(const Alert& alert) {
  return {{"id", text_of(alert.id)},
          {"number", alert.number},
          {"incident", text_of(alert.incident)},
          {"source", name_of(alert.source)},
          {"policy_id", text_of(alert.policy_id)},
          {"policy", text_of(alert.policy_name)},
          {"metric", text_of(alert.metric)},
          {"condition", text_of(alert.condition)},
          {"subject", json_of(alert.subject)},
          {"level", name_of(alert.level)},
          {"value", number_of(alert.value)},
          {"limit", number_of(alert.limit)},
          {"unit", text_of(alert.unit)},
          {"state", name_of(alert.state)},
          {"handling", name_of(alert.handling)},
          {"first", time_of(alert.first)},
          {"last", time_of(alert.last)},
          {"recovered", time_of(alert.recovered)},
          {"reports", alert.reports},
          {"flaps", alert.flaps},
          {"score", number_of(alert.score)},
          {"scoring", alert.scoring},
          {"acknowledged", alert.acknowledged_by != 0},
          {"assigned_to", text_of(alert.assigned_to)},
          {"snoozed_until", time_of(alert.snoozed_until)},
          {"note", text_of(alert.note)},
          {"link", text_of(alert.link)},
          {"message", text_of(alert.message)}};
}

Json to_json(const Quiet& quiet) {
  Json out{{"number", quiet.number},
           {"cluster_id", text_of(quiet.cluster_id)},
           {"namespace", text_of(quiet.ns)},
           {"name", text_of(quiet.name)},
           {"policy_id", text_of(quiet.policy_id)},
           {"spoken", text_of(quiet.spoken)},
           {"from", time_of(quiet.from)},
           {"until", time_of(quiet.until)},
           {"reason", text_of(quiet.reason)},
           {"created", time_of(quiet.created)},
           {"lifted", time_of(quiet.lifted)}};
  if (!quiet.daily_from || !quiet.daily_until) return out;
  out["daily_from"] = format_time_of_day(*quiet.daily_from);
  out["daily_until"] = format_time_of_day(*quiet.daily_until);
  out["weekdays"] = quiet.weekdays;
  out["zone"] = text_of(quiet.zone);
  return out;
}

}  // namespace mtc::alerts
