// The callback of alarm policies over logs: a template that people paste into them.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/tencent/alarm_callbacks.h"
#include "adapters/tencent/alarm_reading.h"
#include "adapters/tencent/alarm_subject.h"
#include "adapters/tencent/callback_body.h"
#include "adapters/tencent/log_alarms.h"
#include "base/text.h"

namespace mtc::tencent {
namespace {

using alerts::Report;

// Members by their names without case and underscores: "record_id", "RecordId" and "recordID" are
// one.
class Members {
 public:
  explicit Members(const Json& callback) {
    for (const auto& [name, value] : callback.items())
      members_.try_emplace(to_lower_ascii(replace_all(name, "_", "")), value);
  }
  // The first of these that says something.
  std::string text(std::initializer_list<std::string_view> names,
                   std::size_t most_bytes = kNameBytes) const {
    for (const auto name : names) {
      const auto found = members_.find(name);
      if (found == members_.end()) continue;
      if (auto text = scalar_text(found->second, most_bytes); !text.empty()) return text;
    }
    return {};
  }
  const Json& value(std::string_view name) const {
    static const Json none;
    const auto found = members_.find(name);
    return found == members_.end() ? none : found->second;
  }

 private:
  std::map<std::string, Json, std::less<>> members_;
};

Result<bool> read_firing(const Members& members) {
  const std::string type = members.text({"notifytype"}, 20);
  if (type == "1") return true;
  if (type == "2") return false;
  return fail(Errc::invalid_argument,
              fmt::format("notify_type: expected 1 (firing) or 2 (recovered), not \"{}\"", type));
}

void read_subject(Report& report, const Members& members) {
  auto& subject = report.subject;
  subject.region = region_code(members.text({"region"}));
  subject.instance = members.text({"topicid"}, 100);
  subject.text = members.text({"topic", "topicname"});
  for (const auto* name : {"group", "conditiongroup", "labels", "label"}) {
    read_labels(subject, members.value(name));
    if (members.value(name).is_string()) read_names(subject, members.text({name}, kTextBytes));
  }
  read_names(subject, members.text({"triggerparams"}, kTextBytes));
  read_names(subject, members.text({"message", "customizemessage"}, 4 * kTextBytes));
}

// As the record has it that the history tells, where there is one.
std::string id_of(const Report& report, const Members& members) {
  const auto record = members.text({"recordid"}, 100);
  const bool plain = std::ranges::all_of(record, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!record.empty() && plain) return log_report_id(record, report.firing);
  return callback_id(
      "logs",
      fmt::format("{}/{}/{}/{}/{}/{}/{}", report.policy_id, report.policy_name,
                  report.subject.instance, report.condition, record,
                  members.text({"starttimems", "starttimeunix", "starttime", "triggertime"}),
                  report.firing ? "1" : members.text({"notifytimems", "notifytimeunix"}) + "/0"));
}

Result<Report> read_callback(const Json& callback, TimePoint now) {
  if (!callback.is_object()) {
    return fail(Errc::invalid_argument,
                "the body: expected an object, as the template in docs/API.md makes it");
  }
  const Members members(callback);
  const auto firing = read_firing(members);
  if (!firing) return fail(firing.error());
  Report report{.source = alerts::Source::logs,
                .firing = *firing,
                .policy_id = members.text({"alarmid"}),
                .policy_name = members.text({"alarm", "alarmname"}),
                .condition = members.text({"condition", "trigger"}, kTextBytes),
                .level = alarm_level(members.text({"level"})),
                .link = web_link(members.text({"detailurl", "queryurl"}, kTextBytes)),
                .message = members.text({"message", "customizemessage"}, kTextBytes)};
  if (report.policy_id.empty() && report.policy_name.empty())
    return fail(Errc::invalid_argument, "alarm_id: expected the id of the alarm policy");
  read_subject(report, members);
  const auto threshold = threshold_of(report.condition);
  report.limit = threshold.limit;
  report.value = threshold_of(members.text({"triggerparams"}, kTextBytes)).limit;
  const auto told =
      cloud_time(members.text({"notifytimems", "notifytimeunix", "notifytime", "firetime"}));
  const auto began = cloud_time(
      members.text({"starttimems", "starttimeunix", "starttime", "triggertime", "firetime"}));
  report.at = std::min(now, told.value_or(now));
  report.first = std::min(report.at, began.value_or(report.at));
  report.id = id_of(report, members);
  return report;
}

}  // namespace

Result<std::vector<Report>> parse_log_callback(std::string_view body, TimePoint now) {
  return parse_callbacks(body, now, read_callback);
}

}  // namespace mtc::tencent
