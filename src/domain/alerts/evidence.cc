#include "domain/alerts/evidence.h"

#include <concepts>

#include "base/zone.h"

namespace mtc::alerts {
namespace {

void put(Json& out, const char* name, const auto& value) {
  if (value) out[name] = *value;
}

template <class Value>
std::optional<Value> get(const Json& json, std::string_view name) {
  const auto it = json.find(name);
  if (it == json.end()) return std::nullopt;
  const bool fits = std::same_as<Value, bool> ? it->is_boolean()
                    : std::integral<Value>    ? it->is_number_integer()
                                              : it->is_number();
  return fits ? std::optional(it->template get<Value>()) : std::nullopt;
}

}  // namespace

Json to_json(const Evidence& evidence) {
  Json out = Json::object();
  put(out, "affected_workloads", evidence.affected_workloads);
  put(out, "wanted_replicas", evidence.wanted_replicas);
  put(out, "ready_replicas", evidence.ready_replicas);
  put(out, "user_share", evidence.user_share);
  put(out, "faces_outside", evidence.faces_outside);
  if (evidence.level) out["level"] = name_of(*evidence.level);
  put(out, "resource_use", evidence.resource_use);
  put(out, "error_rate", evidence.error_rate);
  put(out, "usual_error_rate", evidence.usual_error_rate);
  put(out, "over_limit", evidence.over_limit);
  put(out, "restarts", evidence.restarts);
  if (evidence.at != TimePoint{}) out["at"] = format_iso_utc(evidence.at);
  return out;
}

Evidence evidence_from_json(const Json& json) {
  if (!json.is_object()) return {};
  Evidence out{
      .affected_workloads = get<std::int64_t>(json, "affected_workloads"),
      .wanted_replicas = get<std::int64_t>(json, "wanted_replicas"),
      .ready_replicas = get<std::int64_t>(json, "ready_replicas"),
      .user_share = get<double>(json, "user_share"),
      .faces_outside = get<bool>(json, "faces_outside"),
      .level = parse_level(string_or(json, "level")),
      .resource_use = get<double>(json, "resource_use"),
      .error_rate = get<double>(json, "error_rate"),
      .usual_error_rate = get<double>(json, "usual_error_rate"),
      .over_limit = get<double>(json, "over_limit"),
      .restarts = get<std::int64_t>(json, "restarts"),
  };
  if (const auto at = parse_iso(string_or(json, "at"))) out.at = *at;
  return out;
}

}  // namespace mtc::alerts
