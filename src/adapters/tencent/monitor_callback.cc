// The callback of Monitor's alarm policies.
#include <fmt/format.h>

#include <algorithm>

#include "adapters/tencent/alarm_callbacks.h"
#include "adapters/tencent/alarm_reading.h"
#include "adapters/tencent/alarm_subject.h"
#include "adapters/tencent/callback_body.h"
#include "base/text.h"

namespace mtc::tencent {
namespace {

using alerts::Report;

Result<bool> read_firing(const Json& callback, bool event) {
  const std::string status = member_text(callback, "alarmStatus", 20);
  if (status == "1") return true;
  if (status == "0") return false;
  if (status.empty() && event) return true;
  return fail(
      Errc::invalid_argument,
      fmt::format("alarmStatus: expected \"1\" (firing) or \"0\" (recovered), not \"{}\"", status));
}

Result<Json> read_object(const Json& callback, std::string_view key) {
  const Json& object = object_or_empty(callback, key);
  if (!object.empty()) return object;
  return fail(Errc::invalid_argument,
              fmt::format("{}: expected an object, as Monitor's callbacks have it", key));
}

// One object; several conditions come as a list in some templates.
Json conditions_of(const Json& policy) {
  const auto found = policy.find("conditions");
  if (found == policy.end()) return Json::object();
  const Json& one = found->is_array() && !found->empty() ? found->front() : *found;
  return one.is_object() ? one : Json::object();
}

// "CPU 利用率 > 90%"
void read_condition(Report& report, const Json& conditions) {
  const auto first_of = [&](std::initializer_list<std::string_view> keys) {
    for (const auto key : keys) {
      if (auto text = member_text(conditions, key); !text.empty()) return text;
    }
    return std::string();
  };
  report.metric = metric_key(first_of({"metricName", "eventName"}));
  const std::string title =
      first_of({"metricShowName", "eventShowName", "metricName", "eventName"});
  const std::string sign = member_text(conditions, "calcType", 30),
                    limit = member_text(conditions, "calcValue", 60);
  report.unit = first_of({"calcUnit", "unit"});
  report.limit = leading_number(limit);
  report.value = leading_number(member_text(conditions, "currentValue"));
  report.condition =
      limit.empty() ? title : fmt::format("{} {} {}{}", title, sign, limit, report.unit);
}

void read_times(Report& report, const Json& callback, TimePoint now) {
  using std::chrono::seconds;
  constexpr double kYear = 365.0 * 24 * 3600;
  report.first = std::min(now, cloud_time(member_text(callback, "firstOccurTime")).value_or(now));
  const auto lasted = leading_number(member_text(callback, "durationTime")).value_or(0);
  const auto told =
      report.first + seconds(static_cast<std::int64_t>(std::clamp(lasted, 0.0, kYear)));
  report.at = std::min(now, told);
  if (!report.firing) {
    const auto ended = cloud_time(member_text(callback, "recoverTime"));
    report.at = std::clamp(ended.value_or(lasted > 0 ? told : now), report.first, now);
  }
}

// What the service says about which report this is: never what we add, such as the time it came.
std::string id_of(const Json& callback, const Report& report, const Json& dimensions) {
  std::string session = member_text(callback, "sessionId");
  if (session.empty()) session = member_text(callback, "sessionID");
  if (session.empty())
    session = fmt::format("{}/{}/{}", report.policy_id, report.metric, dump_json(dimensions));
  return callback_id("monitor",
                     replace_all(fmt::format("{}:{}:{}:{}:{}", session, report.firing ? 1 : 0,
                                             member_text(callback, "firstOccurTime"),
                                             member_text(callback, "durationTime", 20),
                                             member_text(callback, "recoverTime", 40)),
                                 " ", "T"));
}

Result<Report> read_callback(const Json& callback, TimePoint now) {
  if (!callback.is_object())
    return fail(Errc::invalid_argument, "the body: expected an object, as Monitor sends it");
  const bool event = equals_ignoring_case(member_text(callback, "alarmType", 20), "event");
  const auto firing = read_firing(callback, event);
  if (!firing) return fail(firing.error());
  const auto object = read_object(callback, "alarmObjInfo");
  if (!object) return fail(object.error());
  const auto policy = read_object(callback, "alarmPolicyInfo");
  if (!policy) return fail(policy.error());

  Report report{.source = alerts::Source::monitor,
                .firing = *firing,
                .policy_id = member_text(*policy, "policyId"),
                .policy_name = member_text(*policy, "policyName"),
                .message = member_text(*policy, "remark", kTextBytes)};
  if (report.policy_id.empty() && report.policy_name.empty()) {
    return fail(Errc::invalid_argument,
                "alarmPolicyInfo.policyId: expected the policy's id, such as policy-0a1b2c3d");
  }
  const auto found = object->find("dimensions");
  const Json dimensions = found == object->end() ? Json() : *found;
  report.subject = subject_of_dimensions(dimensions, {});
  if (report.subject.region.empty())
    report.subject.region = region_code(member_text(*object, "region"));
  read_condition(report, conditions_of(*policy));
  report.level = alarm_level(member_text(*policy, "alarmLevel"));
  if (!report.level) report.level = alarm_level(member_text(callback, "alarmLevel"));
  read_times(report, callback, now);
  report.id = id_of(callback, report, dimensions);
  return report;
}

}  // namespace

Result<std::vector<Report>> parse_monitor_callback(std::string_view body, TimePoint now) {
  return parse_callbacks(body, now, read_callback);
}

}  // namespace mtc::tencent
