#include "emulator/alarm_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/zone.h"
#include "emulator/alarm_rule_tree.h"
#include "emulator/monitor_time.h"
#include "emulator/topic_query.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::size_t kMaxAlerts = 5000;
constexpr std::array<std::int64_t, 3> kBySeverity{2, 0, 1};  // critical, warn, info

constexpr std::string_view kLogIndex = R"({
  "Rule": {
    "FullText": {"CaseSensitive": false, "Tokenizer": "@&?|#()='\",;:<>[]{}/ \n\t\r\\", "ContainZH": true},
    "KeyValue": {"CaseSensitive": false, "KeyValues": [
      {"Key": "alert_id", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "alert_name", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true, "ContainZH": true}},
      {"Key": "monitored_object", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "topic_type", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "trigger", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "condition_evaluate_result", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "notification_send_result", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "notify_type", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "silent", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "record_id", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "record_group_id", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "fire_time", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "level", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "happen_threshold", "Value": {"Type": "long", "SqlFlag": true}},
      {"Key": "alert_threshold", "Value": {"Type": "long", "SqlFlag": true}},
      {"Key": "duration", "Value": {"Type": "long", "SqlFlag": true}},
      {"Key": "summary_cn", "Value": {"Type": "text", "Tokenizer": " ", "SqlFlag": true, "ContainZH": true}},
      {"Key": "summary_en", "Value": {"Type": "text", "Tokenizer": " ", "SqlFlag": true}}
    ]}
  },
  "Status": true, "IncludeInternalFields": true, "MetadataFlag": 1})";

Owner log_owner(const Owner& owner) {
  return {.uin = owner.uin, .region = owner.region + "/alarm-log"};
}

struct Level {
  std::int64_t level;
  std::string text;  // of the condition
};

// What a policy fires on, the worst first.
std::vector<Level> levels_of(const Json& policy) {
  std::vector<Level> out;
  const auto& several = array_or_empty(policy, "MultiConditions");
  for (const auto level : kBySeverity) {
    for (const auto& one : several) {
      if (integer_or(one, "AlarmLevel") == level)
        out.push_back({.level = level, .text = string_or(one, "Condition")});
    }
  }
  if (several.empty())
    out.push_back(
        {.level = integer_or(policy, "AlarmLevel"), .text = string_or(policy, "Condition")});
  return out;
}

std::vector<Json> targets_of(const Json& policy) {
  const auto& list = array_or_empty(policy, "AlarmTargets");
  std::vector<Json> out(list.begin(), list.end());
  std::ranges::sort(out, {}, [](const Json& one) { return integer_or(one, "Number"); });
  return out;
}

// One group of result rows: the whole result if the policy does not group.
struct Group {
  std::vector<std::string> values;
  std::vector<AlarmRows> results;
};

std::string text_of(const SqlValue& value) {
  return value_as_text(value, SqlType::varchar);
}

// The value of each grouping field in the row, if the query has them all.
std::optional<std::vector<std::string>> group_values(const AlarmRows& found,
                                                     const std::vector<SqlValue>& row,
                                                     const Json& fields) {
  std::vector<std::string> out;
  for (const auto& field : fields) {
    const auto column = std::ranges::find(found.columns, field.get<std::string>());
    if (column == found.columns.end()) return std::nullopt;
    out.push_back(text_of(row[static_cast<std::size_t>(column - found.columns.begin())]));
  }
  return out;
}

std::map<std::string, Group> split_groups(const Json& policy, std::vector<AlarmRows> results) {
  std::map<std::string, Group> out;
  const auto& fields = array_or_empty(policy, "GroupTriggerCondition");
  if (!bool_or(policy, "GroupTriggerStatus") || fields.empty()) {
    out[""] = {.values = {}, .results = std::move(results)};
    return out;
  }
  for (const auto& found : results) {
    for (const auto& row : found.rows) {
      const auto values = group_values(found, row, fields);
      if (values && out.size() < kMaxEvaluations) out[dump_json(*values)].values = *values;
    }
  }
  for (auto& [key, group] : out) {
    for (const auto& found : results) {
      auto& own =
          group.results.emplace_back(AlarmRows{.count = found.count, .columns = found.columns});
      bool grouped = true;
      for (const auto& row : found.rows) {
        const auto values = group_values(found, row, fields);
        grouped = values.has_value();
        if (!grouped || *values == group.values) own.rows.push_back(row);
      }
      if (grouped) own.count = static_cast<std::int64_t>(own.rows.size());
    }
  }
  return out;
}

// One cycle of one policy.
class AlarmRun {
 public:
  AlarmRun(Cloud& cloud, Record& alarm, TimePoint time)
      : cloud_(cloud), alarm_(alarm), policy_(alarm.document["Policy"]), time_(time) {}

  void run() {
    const auto results = query();
    if (!results) {
      write_log("ProcessError", "NotSend", {}, "", results.error().detail);
      return;
    }
    auto groups = split_groups(policy_, *results);
    for (const auto& [key, state] : alarm_.document["Groups"].items()) {
      if (!groups.contains(key)) groups[key] = {};  // fired once and has no rows now
    }
    for (const auto& [key, group] : groups) judge(key, group);
  }

 private:
  ApiResult<std::vector<AlarmRows>> query() const {
    std::vector<AlarmRows> out;
    for (const auto& target : targets_of(policy_)) {
      const auto topic = cloud_.indexed_topic(alarm_.owner, string_or(target, "TopicId"));
      if (!topic) return std::unexpected(topic.error());
      const auto moment = [&](std::string_view member) {
        return millis(time_) + integer_or(target, member) * kMinute;
      };
      auto found = run_alarm_query(
          cloud_, **topic, string_or(target, "Query"),
          integer_or(target, "SyntaxRule") == 1 ? QuerySyntax::cql : QuerySyntax::lucene,
          {.from_ms = moment("StartTimeOffset"), .to_ms = moment("EndTimeOffset")});
      if (!found) return std::unexpected(found.error());
      out.push_back(std::move(*found));
    }
    return out;
  }

  // The worst level whose condition holds.
  std::optional<Level> firing_level(const Group& group) const {
    for (auto& level : levels_of(policy_)) {
      const auto condition =
          parse_alarm_condition(level.text, static_cast<int>(group.results.size()));
      if (condition && holds(*condition, group.results)) return std::move(level);
    }
    return std::nullopt;
  }

  void judge(const std::string& key, const Group& group) {
    Json& state = alarm_.document["Groups"][key];
    if (!state.is_object()) state = Json::object();
    const auto level = firing_level(group);
    auto record = string_or(state, "Record");
    if (!level) {
      if (record.empty()) {
        write_log("QueryResultUnmatch", "NotSend", {}, "", "");
      } else {
        recover(record);
      }
      alarm_.document["Groups"].erase(key);
      return;
    }
    const auto count = integer_or(state, "Count") + 1;
    state["Count"] = count;
    if (count < integer_or(policy_, "TriggerCount", 1)) {
      write_log("QueryResultMatch", "NotSend", level, record, "");
      return;
    }
    const bool first = record.empty();
    if (first) record = fire(*level, group);
    const auto period = integer_or(policy_, "AlarmPeriod") * kMinute;
    const bool notify = first || millis(time_) - integer_or(state, "NotifiedAt") >= period;
    state["Record"] = record;
    if (notify) state["NotifiedAt"] = millis(time_);
    write_log("QueryResultMatch", notify ? send(*level) : "NotSend", level, record, "1");
  }

  std::string fire(const Level& level, const Group& group) {
    Json groups = Json::array();
    const auto& fields = array_or_empty(policy_, "GroupTriggerCondition");
    for (std::size_t i = 0; i < group.values.size(); ++i)
      groups.push_back({{"Key", fields[i]}, {"Value", group.values[i]}});
    Json notices = Json::array();
    for (const auto& id : array_or_empty(policy_, "AlarmNoticeIds")) {
      const auto notice = cloud_.records().find(kClsNotice, alarm_.owner, id.get<std::string>());
      if (notice != nullptr)
        notices.push_back({{"Name", string_or(object_or_empty(notice->document, "Notice"), "Name")},
                           {"AlarmNoticeId", id}});
    }
    const auto targets = targets_of(policy_);
    const auto topic_id = targets.empty() ? "" : string_or(targets[0], "TopicId");
    const Topic* topic = cloud_.find_topic(alarm_.owner, topic_id);
    const auto id = make_uuid(cloud_.random());
    Json shown{{"RecordId", id},
               {"AlarmId", alarm_.id},
               {"AlarmName", string_or(policy_, "Name")},
               {"TopicId", topic_id},
               {"TopicName", topic == nullptr ? "" : topic->name},
               {"Region", alarm_.owner.region},
               {"Trigger", level.text},
               {"TriggerCount", integer_or(policy_, "TriggerCount", 1)},
               {"AlarmPeriod", integer_or(policy_, "AlarmPeriod")},
               {"Notices", std::move(notices)},
               {"Status", kFiring},
               {"CreateTime", millis(time_)},
               {"GroupTriggerCondition", std::move(groups)},
               {"AlarmLevel", level.level},
               {"MonitorObjectType", integer_or(policy_, "MonitorObjectType")},
               {"SendType", policy_.contains("MonitorNotice") ? 1 : 0}};
    cloud_.records().add(kClsAlert, alarm_.owner, id, {{"Shown", std::move(shown)}});
    if (const auto all = cloud_.records().all(kClsAlert); all.size() > kMaxAlerts)
      cloud_.records().erase(*all.front());
    return id;
  }

  void recover(const std::string& id) {
    Record* record = cloud_.records().find(kClsAlert, alarm_.owner, id);
    if (record == nullptr) return;
    record->document["Shown"]["Status"] = kRecovered;
    record->document["EndedAt"] = millis(time_);
    cloud_.records().save(*record);
    const Level level{.level = integer_or(object_or_empty(record->document, "Shown"), "AlarmLevel"),
                      .text = string_or(object_or_empty(record->document, "Shown"), "Trigger")};
    write_log("QueryResultUnmatch", send(level), level, id, "2");
  }

  bool is_shielded(const std::string& notice, const Level& level) const {
    const FiringFacts facts{
        .level = level.level, .alarm_id = alarm_.id, .alarm_name = string_or(policy_, "Name")};
    return std::ranges::any_of(
        cloud_.records().of(kClsShield, alarm_.owner), [&](const Record* shield) {
          return shield->text("AlarmNoticeId") == notice && shield_status(*shield, time_) == 1 &&
                 (shield->integer("Type") == 1 || matches_rule_tree(shield->text("Rule"), facts));
        });
  }

  // What became of the notification. Nothing leaves this machine: it always arrives.
  std::string send(const Level& level) {
    const auto& notices = array_or_empty(policy_, "AlarmNoticeIds");
    const auto silent = std::ranges::count_if(
        notices, [&](const Json& id) { return is_shielded(id.get<std::string>(), level); });
    silent_ = !notices.empty() && silent == static_cast<std::ptrdiff_t>(notices.size());
    const bool anybody = policy_.contains("MonitorNotice") || !notices.empty();
    return anybody && !silent_ ? "SendSuccess" : "NotSend";
  }

  void write_log(std::string_view result, const std::string& sent,
                 const std::optional<Level>& level, const std::string& record,
                 const std::string& notify_type_or_error) {
    const Topic* log = alarm_log(cloud_, alarm_.owner);
    if (log == nullptr) return;
    const auto name = string_or(policy_, "Name");
    const bool failed = result == "ProcessError";
    const auto targets = targets_of(policy_);
    const auto topic_id = targets.empty() ? "" : string_or(targets[0], "TopicId");
    const Record* alert =
        record.empty() ? nullptr : cloud_.records().find(kClsAlert, alarm_.owner, record);
    const auto began =
        alert == nullptr ? 0 : integer_or(object_or_empty(alert->document, "Shown"), "CreateTime");
    const auto fired = began == 0 ? "" : format_civil(TimePoint(Millis(began)), Zone::shanghai());
    const auto duration = std::to_string(began == 0 ? 0 : (millis(time_) - began) / kMinute);
    const auto count = std::to_string(integer_or(policy_, "TriggerCount", 1));
    const auto period = std::to_string(integer_or(policy_, "AlarmPeriod"));
    const std::string level_text = !level              ? ""
                                   : level->level == 2 ? "Critical"
                                   : level->level == 1 ? "Info"
                                                       : "Warn";
    const auto cn =
        failed ? "告警策略执行失败：" + notify_type_or_error
               : fmt::format("告警策略“{}”{}", name,
                             result == "QueryResultMatch" ? "满足触发条件" : "未满足触发条件");
    const auto en = failed ? "the policy could not be run: " + notify_type_or_error
                           : fmt::format("policy \"{}\": condition {}", name,
                                         result == "QueryResultMatch" ? "met" : "not met");
    LogWriter writer(*log->table);
    const int stream = log->table->stream({.source = "cls", .filename = "alarm"});
    writer.add(
        {.stream = stream, .group = log->table->next_group(stream)}, millis(time_),
        {{"alert_id", alarm_.id},
         {"alert_name", name},
         {"monitored_object", topic_id},
         {"topic_type", "log"},
         {"trigger", level ? std::string_view(level->text) : std::string_view()},
         {"condition_evaluate_result", result},
         {"notification_send_result", sent},
         {"notify_type", failed ? std::string_view() : std::string_view(notify_type_or_error)},
         {"silent", silent_ ? "true" : "false"},
         {"record_id", record},
         {"record_group_id", record},
         {"fire_time", fired},
         {"level", level_text},
         {"happen_threshold", count},
         {"alert_threshold", period},
         {"duration", duration},
         {"summary_cn", cn},
         {"summary_en", en}});
    writer.commit();
  }

  Cloud& cloud_;
  Record& alarm_;
  const Json& policy_;
  TimePoint time_;
  bool silent_ = false;
};

}  // namespace

void run_alarms(Cloud& cloud, TimePoint now) {
  for (Record* alarm : cloud.records().all(kClsAlarm)) {
    const Json& policy = object_or_empty(alarm->document, "Policy");
    if (!bool_or(policy, "Status", true) || !alarm->document.contains("NextAt") ||
        alarm->time("NextAt") > now)
      continue;
    const auto when = object_or_empty(policy, "MonitorTime");
    std::vector<TimePoint> due;
    std::optional<TimePoint> next = alarm->time("NextAt");
    // A period of a minute over a year is half a million steps of arithmetic: jump close first.
    if (string_or(when, "Type") == "Period") {
      const Millis span(integer_or(when, "Time", 1) * kMinute * kMaxMissedCycles);
      if (*next < now - span) next = next_run(when, now - span);
    }
    for (; next && *next <= now; next = next_run(when, *next)) due.push_back(*next);
    const auto skip = due.size() > kMaxMissedCycles ? due.size() - kMaxMissedCycles : 0;
    for (std::size_t i = skip; i < due.size(); ++i) AlarmRun(cloud, *alarm, due[i]).run();
    if (next) {
      alarm->document["NextAt"] = millis(*next);
    } else {
      alarm->document.erase("NextAt");
    }
    cloud.records().save(*alarm);
  }
}

void schedule_alarm(Record& alarm, TimePoint after) {
  const auto next =
      next_run(object_or_empty(object_or_empty(alarm.document, "Policy"), "MonitorTime"), after);
  if (next) {
    alarm.document["NextAt"] = millis(*next);
  } else {
    alarm.document.erase("NextAt");
  }
}

void invalidate_firings(Cloud& cloud, Record& alarm) {
  for (const auto& [key, state] : object_or_empty(alarm.document, "Groups").items()) {
    Record* record = cloud.records().find(kClsAlert, alarm.owner, string_or(state, "Record"));
    if (record == nullptr) continue;
    record->document["Shown"]["Status"] = kInvalid;
    record->document["EndedAt"] = millis(cloud.now());
    cloud.records().save(*record);
  }
  alarm.document["Groups"] = Json::object();
}

const Topic* alarm_log(Cloud& cloud, const Owner& owner) {
  const auto hidden = log_owner(owner);
  if (const auto topics = cloud.topics(hidden); !topics.empty()) return topics.front();
  const auto logset = cloud.create_logset(hidden, "alarm-log", Json::array());
  if (!logset) return nullptr;
  const auto topic = cloud.create_topic(hidden, (*logset)->id, "alarm-log", {{"Period", 30}});
  if (!topic) return nullptr;
  auto rule = parse_index_rule(*parse_json(kLogIndex));
  if (rule) (*topic)->table->set_index(std::move(*rule));
  return *topic;
}

std::int64_t shield_status(const Record& shield, TimePoint now) {
  const auto seconds = millis(now) / 1000;
  if (seconds < shield.integer("StartTime")) return 0;
  return seconds < shield.integer("EndTime") ? 1 : 2;
}

}  // namespace mtc::emulator
