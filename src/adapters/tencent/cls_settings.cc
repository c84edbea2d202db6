#include "adapters/tencent/cls_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mtc::tencent {
namespace {

constexpr char kTokenizer[] = "@&?|#()='\",;:<>[]{}/ \n\t\r\\";
constexpr int kDelaySeconds = 60;        // so that late lines are counted, too
constexpr int kLongestWindow = 100'000;  // of what is read, in whatever unit

int level_number(logs::AlarmLevel level) {
  switch (level) {
    case logs::AlarmLevel::warn:
      return 0;
    case logs::AlarmLevel::info:
      return 1;
    case logs::AlarmLevel::critical:
      return 2;
  }
  return 0;
}

logs::AlarmLevel read_level(std::int64_t number) {
  if (number == 2) return logs::AlarmLevel::critical;
  return number == 1 ? logs::AlarmLevel::info : logs::AlarmLevel::warn;
}

Json key_index(const logs::TopicFields::Key& key) {
  Json value{{"Type", key.type}, {"SqlFlag", key.in_sql}};
  if (key.type == "text") {
    // A level or a service is one word; only free text is cut into words.
    value["Tokenizer"] = key.name == "message" || key.name == "msg" ? kTokenizer : "";
    value["ContainZH"] = true;
  }
  return {{"Key", key.name}, {"Value", std::move(value)}};
}

// "@m-15m,@m" → 15; "@h-2h,@h" → 120. 0 for what is written in another way.
int window_minutes(std::string_view text) {
  const auto dash = text.find('-');
  const auto comma = text.find(',');
  if (dash == std::string_view::npos || comma == std::string_view::npos || comma <= dash + 1)
    return 0;
  const auto amount = text.substr(dash + 1, comma - dash - 1);
  int number = 0;
  const auto [end, error] = std::from_chars(amount.data(), amount.data() + amount.size(), number);
  if (error != std::errc{} || end != amount.data() + amount.size() - 1) return 0;
  if (number < 0 || number > kLongestWindow) return 0;
  switch (amount.back()) {
    case 'm':
      return number;
    case 'h':
      return number * 60;
    case 'd':
      return number * 24 * 60;
    default:
      return 0;
  }
}

std::string read_state(std::int64_t status) {
  constexpr std::string_view kStates[] = {"running", "stopped", "source_missing", "target_missing",
                                          "denied",  "failed",  "failed"};
  return status >= 1 && status <= 7 ? std::string(kStates[status - 1]) : "unknown";
}

}  // namespace

Json index_rule(const logs::NewTopic& topic) {
  Json keys = Json::array();
  for (const auto& key : topic.keys) keys.push_back(key_index(key));
  Json rule{
      {"FullText", {{"CaseSensitive", false}, {"Tokenizer", kTokenizer}, {"ContainZH", true}}}};
  if (!keys.empty()) rule["KeyValue"] = {{"CaseSensitive", false}, {"KeyValues", std::move(keys)}};
  return rule;
}

Json alarm_body(const logs::AlarmPolicy& alarm) {
  Json targets = Json::array();
  for (const auto& query : alarm.queries) {
    targets.push_back({{"TopicId", query.topic_id},
                       {"LogsetId", query.logset_id},
                       {"Query", query.query},
                       {"Number", targets.size() + 1},
                       {"StartTimeOffset", -query.minutes},
                       {"EndTimeOffset", 0},
                       {"SyntaxRule", 1}});
  }
  const bool one_topic = std::ranges::all_of(alarm.queries, [&](const auto& query) {
    return query.topic_id == alarm.queries.front().topic_id;
  });
  Json body{{"Name", alarm.name},
            {"AlarmTargets", std::move(targets)},
            {"MonitorTime", {{"Type", "Period"}, {"Time", alarm.every_minutes}}},
            {"TriggerCount", alarm.trigger_count},
            {"AlarmPeriod", alarm.repeat_minutes},
            {"Condition", alarm.condition},
            {"AlarmLevel", level_number(alarm.level)},
            {"MonitorObjectType", one_topic ? 0 : 1},
            {"Status", alarm.enabled}};
  if (!alarm.notice_ids.empty()) body["AlarmNoticeIds"] = alarm.notice_ids;
  return body;
}

Json scheduled_sql_body(const logs::ScheduledSql& task, const std::string& region,
                        TimePoint start) {
  return {{"SrcTopicId", task.source_topic},
          {"SrcTopicRegion", region},
          {"Name", task.name},
          {"EnableFlag", task.enabled ? 1 : 2},
          {"DstResource", {{"TopicId", task.target_topic}, {"Region", region}, {"BizType", 0}}},
          {"ScheduledSqlContent", task.query},
          {"ProcessStartTime", start.time_since_epoch().count()},
          {"ProcessType", 1},
          {"ProcessPeriod", task.every_minutes},
          {"ProcessPeriodUnit", 1},
          {"ProcessTimeWindow", fmt::format("@m-{}m,@m", task.window_minutes)},
          {"ProcessDelay", kDelaySeconds},
          {"SyntaxRule", 1}};
}

logs::AlarmPolicy read_alarm(const Json& item) {
  logs::AlarmPolicy alarm{.id = string_or(item, "AlarmId"), .name = string_or(item, "Name")};
  for (const Json& target : array_or_empty(item, "AlarmTargets")) {
    alarm.queries.push_back({.topic_id = string_or(target, "TopicId"),
                             .logset_id = string_or(target, "LogsetId"),
                             .query = string_or(target, "Query"),
                             .minutes = static_cast<int>(integer_or(target, "EndTimeOffset") -
                                                         integer_or(target, "StartTimeOffset"))});
  }
  const Json& several = array_or_empty(item, "MultiConditions");
  const Json& condition = several.empty() ? item : several.front();
  alarm.condition = string_or(condition, "Condition");
  alarm.level = read_level(integer_or(condition, "AlarmLevel"));
  alarm.every_minutes =
      static_cast<int>(integer_or(object_or_empty(item, "MonitorTime"), "Time", 1));
  alarm.trigger_count = static_cast<int>(integer_or(item, "TriggerCount", 1));
  alarm.repeat_minutes = static_cast<int>(integer_or(item, "AlarmPeriod"));
  for (const Json& id : array_or_empty(item, "AlarmNoticeIds")) {
    if (id.is_string()) alarm.notice_ids.push_back(id.get<std::string>());
  }
  alarm.enabled = bool_or(item, "Status", true);
  return alarm;
}

logs::NoticeGroup read_notice_group(const Json& item) {
  logs::NoticeGroup group{.id = string_or(item, "AlarmNoticeId"), .name = string_or(item, "Name")};
  const auto note = [&](const std::string& channel) {
    if (!channel.empty() && std::ranges::find(group.channels, channel) == group.channels.end())
      group.channels.push_back(channel);
  };
  const auto read_ways = [&](const Json& ways) {
    for (const Json& receiver : array_or_empty(ways, "NoticeReceivers")) {
      for (const Json& channel : array_or_empty(receiver, "ReceiverChannels"))
        note(channel.is_string() ? channel.get<std::string>() : std::string());
    }
    for (const Json& callback : array_or_empty(ways, "WebCallbacks"))
      note(string_or(callback, "CallbackType"));
  };
  read_ways(item);
  for (const Json& rule : array_or_empty(item, "NoticeRules")) read_ways(rule);
  return group;
}

logs::ScheduledSql read_scheduled_sql(const Json& item) {
  const bool seconds = integer_or(item, "ProcessPeriodUnit", 1) == 2;
  const auto period = integer_or(item, "ProcessPeriod");
  return {
      .id = string_or(item, "TaskId"),
      .name = string_or(item, "Name"),
      .source_topic = string_or(item, "SrcTopicId"),
      .target_topic = string_or(object_or_empty(item, "DstResource"), "TopicId"),
      .query = string_or(item, "ScheduledSqlContent"),
      .every_minutes = static_cast<int>(seconds ? period / 60 + (period % 60 > 0 ? 1 : 0) : period),
      .window_minutes = window_minutes(string_or(item, "ProcessTimeWindow")),
      .enabled = integer_or(item, "EnableFlag", 1) == 1,
      .state = read_state(integer_or(item, "Status"))};
}

logs::Dashboard read_dashboard(const Json& item) {
  auto data = parse_json(string_or(item, "Data"));
  return {.id = string_or(item, "DashboardId"),
          .name = string_or(item, "DashboardName"),
          .region = string_or(item, "DashboardRegion"),
          .data = data ? std::move(*data) : Json(nullptr)};
}

}  // namespace mtc::tencent
