// Alarm policies of the log service.
#include <fmt/format.h>

#include <array>
#include <set>

#include "base/text.h"
#include "emulator/alarm_condition.h"
#include "emulator/alarm_runs.h"
#include "emulator/cls_checks.h"
#include "emulator/monitor_time.h"
#include "emulator/topic_query.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxTargetsOfOneTopic = 3;
constexpr std::size_t kMaxTargets = 10;
constexpr std::size_t kMaxAlarms = 1000;

std::string_view switch_text(const std::string& text) {
  for (const auto* on : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == on) return "on";
  }
  for (const auto* off : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == off) return "off";
  }
  return "";
}

ApiResult<> check_target(Call& call, const Json& target) {
  const auto topic = call.cloud.topic(call.owner, string_or(target, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  if ((*topic)->logset_id != string_or(target, "LogsetId"))
    return refuse("ResourceNotFound.LogsetNotExist", "LogsetId is not the topic's");
  if (string_or((*topic)->properties, "StorageType") == "cold")
    return refuse("OperationDenied.AlarmNotSupportForSearchLow",
                  "infrequent-access topics have no alarms");
  const auto from = integer_or(target, "StartTimeOffset"), to = integer_or(target, "EndTimeOffset");
  if (from < -1440 || to > 0 || from >= to)
    return bad_value("-1440 <= StartTimeOffset < EndTimeOffset <= 0 is needed");
  const auto rule = integer_or(target, "SyntaxRule");
  if (rule != 0 && rule != 1) return bad_value("SyntaxRule should be 0 or 1");
  return check_query(call.cloud, call.owner, (*topic)->id, string_or(target, "Query"),
                     rule == 1 ? QuerySyntax::cql : QuerySyntax::lucene, false);
}

ApiResult<> check_targets(Call& call, const Json& policy) {
  const auto& targets = array_or_empty(policy, "AlarmTargets");
  const auto type = integer_or(policy, "MonitorObjectType");
  if (type != 0 && type != 1) return bad_value("MonitorObjectType should be 0 or 1");
  const auto most = type == 1 ? kMaxTargets : kMaxTargetsOfOneTopic;
  if (targets.empty() || targets.size() > most)
    return bad_value(fmt::format("AlarmTargets should have 1 to {} items", most));
  std::set<std::int64_t> numbers;
  std::set<std::string> topics;
  for (const auto& target : targets) {
    if (auto ok = check_target(call, target); !ok) return ok;
    numbers.insert(integer_or(target, "Number"));
    topics.insert(string_or(target, "TopicId"));
  }
  if (numbers.size() != targets.size() || *numbers.begin() != 1 ||
      *numbers.rbegin() != static_cast<std::int64_t>(targets.size()))
    return bad_value("AlarmTargets should be numbered from 1 without gaps");
  if (type == 0 && topics.size() > 1)
    return bad_value("with MonitorObjectType 0 all AlarmTargets share one topic");
  return {};
}

ApiResult<> check_conditions(const Json& policy) {
  const auto& several = array_or_empty(policy, "MultiConditions");
  const auto one = string_or(policy, "Condition");
  if (!several.empty() && !one.empty())
    return refuse("InvalidParameter", "Condition and MultiConditions exclude each other");
  if (several.empty() && one.empty())
    return refuse("MissingParameter", "The request is missing `Condition`");
  const auto queries = static_cast<int>(array_or_empty(policy, "AlarmTargets").size());
  const auto check = [&](const std::string& text, std::int64_t level) -> ApiResult<> {
    if (level < 0 || level > 2) return bad_value("AlarmLevel should be 0, 1 or 2");
    if (const auto ok = parse_alarm_condition(text, queries); !ok)
      return std::unexpected(ok.error());
    return {};
  };
  if (several.empty()) return check(one, integer_or(policy, "AlarmLevel"));
  if (several.size() > 3) return bad_value("MultiConditions has one item for each level at most");
  for (const auto& item : several) {
    if (auto ok = check(string_or(item, "Condition"), integer_or(item, "AlarmLevel")); !ok)
      return ok;
  }
  return {};
}

ApiResult<> check_labels(const Json& policy) {
  const auto& labels = array_or_empty(policy, "Classifications");
  if (labels.size() > 20) return bad_value("more than 20 Classifications");
  for (const auto& label : labels) {
    const auto key = string_or(label, "Key");
    const bool plain = !key.empty() && key.size() <= 50 && key[0] >= 'a' && key[0] <= 'z' &&
                       std::ranges::all_of(key, [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                       });
    if (!plain || count_characters(string_or(label, "Value")) > 200)
      return bad_value(
          "a classification key should match ^[a-z]([a-z0-9_]{0,49})$ and its value "
          "have at most 200 characters");
  }
  return {};
}

ApiResult<> check_notices(const Call& call, const Json& policy) {
  const auto& ids = array_or_empty(policy, "AlarmNoticeIds");
  if (!ids.empty() && !object_or_empty(policy, "MonitorNotice").empty())
    return refuse("InvalidParameter", "AlarmNoticeIds and MonitorNotice exclude each other");
  for (const auto& id : ids) {
    if (call.records().find(kClsNotice, call.owner, id.get<std::string>()) == nullptr)
      return refuse("ResourceNotFound.AlarmNoticeNotExist",
                    "notice group " + id.get<std::string>().substr(0, 80));
  }
  return {};
}

ApiResult<> check_analysis(const Json& policy) {
  for (const auto& one : array_or_empty(policy, "Analysis")) {
    const auto type = string_or(one, "Type");
    if (type != "query" && type != "field" && type != "original")
      return bad_value("Analysis.Type should be query, field or original");
  }
  return {};
}

// The whole policy, as it would be afterwards.
ApiResult<> check_policy(Call& call, const Json& policy, std::string_view own_id) {
  const auto name = string_or(policy, "Name");
  if (auto ok = check_short_name(name, "Name"); !ok) return ok;
  if (auto ok = check_tag_count(policy, 10); !ok) return ok;
  if (auto ok = check_targets(call, policy); !ok) return ok;
  if (auto ok = check_monitor_time(object_or_empty(policy, "MonitorTime")); !ok) return ok;
  const auto count = integer_or(policy, "TriggerCount");
  if (count < 1 || count > 2000) return bad_value("TriggerCount should be between 1 and 2000");
  const auto period = integer_or(policy, "AlarmPeriod");
  if (period < 0 || period > 1440) return bad_value("AlarmPeriod should be between 0 and 1440");
  if (auto ok = check_conditions(policy); !ok) return ok;
  if (auto ok = check_labels(policy); !ok) return ok;
  if (auto ok = check_analysis(policy); !ok) return ok;
  if (bool_or(policy, "GroupTriggerStatus") &&
      array_or_empty(policy, "GroupTriggerCondition").empty())
    return refuse("MissingParameter", "GroupTriggerStatus needs GroupTriggerCondition");
  if (auto ok = check_notices(call, policy); !ok) return ok;
  if (name_taken(call, kClsAlarm, "Policy", name, own_id))
    return refuse("InvalidParameter.AlarmConflict", "an alarm policy of that name exists");
  return {};
}

ApiResult<Record*> find_alarm(const Call& call) {
  const auto id = string_or(call.body, "AlarmId");
  Record* found = call.records().find(kClsAlarm, call.owner, id);
  if (found == nullptr)
    return refuse("ResourceNotFound.AlarmNotExist", "alarm policy " + id.substr(0, 80));
  return found;
}

ApiResult<std::string> create_alarm(Call& call) {
  if (auto ok = check_policy(call, call.body, ""); !ok) return std::unexpected(ok.error());
  if (call.records().of(kClsAlarm, call.owner).size() >= kMaxAlarms)
    return refuse("LimitExceeded", "too many alarm policies");
  Json policy = Json::object();
  merge_members(policy, call.body);
  const auto now = millis(call.now());
  const auto id = "alarm-" + make_uuid(call.cloud.random());
  auto& alarm = call.records().add(kClsAlarm, call.owner, id,
                                   {{"Policy", std::move(policy)},
                                    {"CreatedAt", now},
                                    {"UpdatedAt", now},
                                    {"Groups", Json::object()}});
  schedule_alarm(alarm, call.now());
  call.records().save(alarm);
  return members_of({{"AlarmId", id}});
}

ApiResult<std::string> modify_alarm(Call& call) {
  const auto alarm = find_alarm(call);
  if (!alarm) return std::unexpected(alarm.error());
  Json policy = object_or_empty((*alarm)->document, "Policy");
  const Json before = policy;
  merge_members(policy, call.body, {"AlarmId"});
  // The two forms of conditions and notices replace each other.
  const Json& body = call.body;
  if (!array_or_empty(body, "MultiConditions").empty() && !given(body, "Condition")) {
    policy.erase("Condition");
    policy.erase("AlarmLevel");
  } else if (!string_or(body, "Condition").empty() && !given(body, "MultiConditions")) {
    policy.erase("MultiConditions");
  }
  if (given(body, "AlarmNoticeIds") && !given(body, "MonitorNotice")) policy.erase("MonitorNotice");
  if (given(body, "MonitorNotice") && !given(body, "AlarmNoticeIds"))
    policy.erase("AlarmNoticeIds");
  if (body.size() < 2) return refuse("InvalidParameter", "nothing to change");
  if (auto ok = check_policy(call, policy, (*alarm)->id); !ok) return std::unexpected(ok.error());
  const bool judged_otherwise = std::ranges::any_of(
      std::array{"AlarmTargets", "MonitorTime", "Condition", "MultiConditions", "TriggerCount",
                 "Status", "GroupTriggerStatus", "GroupTriggerCondition"},
      [&](const char* member) {
        return before.value(member, Json()) != policy.value(member, Json());
      });
  if (judged_otherwise) invalidate_firings(call.cloud, **alarm);
  (*alarm)->document["Policy"] = std::move(policy);
  (*alarm)->document["UpdatedAt"] = millis(call.now());
  if (judged_otherwise) schedule_alarm(**alarm, call.now());
  call.records().save(**alarm);
  return std::string();
}

ApiResult<std::string> delete_alarm(Call& call) {
  const auto alarm = find_alarm(call);
  if (!alarm) return std::unexpected(alarm.error());
  invalidate_firings(call.cloud, **alarm);
  call.records().erase(**alarm);
  return std::string();
}

Json describe_target(const Call& call, const Json& target) {
  const Topic* topic = call.cloud.find_topic(call.owner, string_or(target, "TopicId"));
  const Logset* logset = call.cloud.find_logset(call.owner, string_or(target, "LogsetId"));
  Json out = target;
  out["SyntaxRule"] = integer_or(target, "SyntaxRule");
  out["TopicName"] = topic == nullptr ? "" : topic->name;
  out["LogsetName"] = logset == nullptr ? "" : logset->name;
  out["BizType"] = topic == nullptr ? 0 : integer_or(topic->properties, "BizType");
  return out;
}

Json member_or_null(const Json& object, const char* member) {
  return object.contains(member) ? object.at(member) : Json(nullptr);
}

Json describe(const Call& call, const Record& alarm) {
  const Json& p = object_or_empty(alarm.document, "Policy");
  Json targets = Json::array();
  for (const auto& target : array_or_empty(p, "AlarmTargets"))
    targets.push_back(describe_target(call, target));
  Json time = object_or_empty(p, "MonitorTime");
  time["Time"] = integer_or(time, "Time");
  time["CronExpression"] = string_or(time, "CronExpression");
  return {{"Name", string_or(p, "Name")},
          {"AlarmTargets", std::move(targets)},
          {"MonitorTime", std::move(time)},
          {"Condition", string_or(p, "Condition")},
          {"TriggerCount", integer_or(p, "TriggerCount")},
          {"AlarmPeriod", integer_or(p, "AlarmPeriod")},
          {"AlarmNoticeIds", list_or_none(call, p, "AlarmNoticeIds")},
          {"Status", bool_or(p, "Status", true)},
          {"AlarmId", alarm.id},
          {"CreateTime", cls_time(alarm.time("CreatedAt"))},
          {"UpdateTime", cls_time(alarm.time("UpdatedAt"))},
          {"MessageTemplate", member_or_null(p, "MessageTemplate")},
          {"CallBack", member_or_null(p, "CallBack")},
          {"Analysis", list_or_none(call, p, "Analysis")},
          {"GroupTriggerStatus", bool_or(p, "GroupTriggerStatus")},
          {"GroupTriggerCondition", list_or_none(call, p, "GroupTriggerCondition")},
          {"Tags", list_or_none(call, p, "Tags")},
          {"MonitorObjectType", integer_or(p, "MonitorObjectType")},
          {"AlarmLevel", integer_or(p, "AlarmLevel")},
          {"Classifications", list_or_none(call, p, "Classifications")},
          {"MultiConditions", list_or_none(call, p, "MultiConditions")},
          {"MonitorNotice", member_or_null(p, "MonitorNotice")}};
}

bool has(const Record& alarm, std::string_view key, const std::string& value) {
  const Json& p = object_or_empty(alarm.document, "Policy");
  if (key == "name") return string_or(p, "Name").find(value) != std::string::npos;
  if (key == "alarmId") return alarm.id == value;
  if (key == "enable") return bool_or(p, "Status", true) == (switch_text(value) == "on");
  return std::ranges::any_of(array_or_empty(p, "AlarmTargets"), [&](const Json& target) {
    return string_or(target, "TopicId") == value;
  });
}

ApiResult<std::string> describe_alarms(Call& call) {
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, {.tags = false}, {"name", "alarmId", "topicId", "enable"});
      !ok)
    return std::unexpected(ok.error());
  for (const auto& filter : filters) {
    if (string_or(filter, "Key") != "enable") continue;
    for (const auto& value : array_or_empty(filter, "Values")) {
      if (switch_text(value.get<std::string>()).empty())
        return refuse("InvalidParameter", "the filter enable takes true or false");
    }
  }
  auto hits = call.records().of(kClsAlarm, call.owner);
  std::erase_if(hits, [&](const Record* alarm) {
    return !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
      return has(*alarm, key, value);
    });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* alarm : cut(hits, *page)) list.push_back(describe(call, *alarm));
  return members_of({{"Alarms", std::move(list)}, {"TotalCount", hits.size()}});
}

constexpr std::string_view kCreate =
    "Name string!, AlarmTargets AlarmTarget[]!, MonitorTime MonitorTime!, TriggerCount int64!, "
    "AlarmPeriod int64!, Condition string, AlarmLevel uint64, MultiConditions MultiCondition[], "
    "Status bool, MessageTemplate string, CallBack CallBackInfo, Analysis AnalysisDimensional[], "
    "GroupTriggerStatus bool, GroupTriggerCondition string[], Tags Tag[], MonitorObjectType "
    "uint64, Classifications AlarmClassification[], AlarmNoticeIds string[], MonitorNotice "
    "MonitorNotice";
constexpr std::string_view kModify =
    "AlarmId string!, Name string, MonitorTime MonitorTime, Condition string, AlarmLevel uint64, "
    "MultiConditions MultiCondition[], TriggerCount int64, AlarmPeriod int64, AlarmTargets "
    "AlarmTarget[], Status bool, MessageTemplate string, CallBack CallBackInfo, Analysis "
    "AnalysisDimensional[], GroupTriggerStatus bool, GroupTriggerCondition string[], Tags Tag[], "
    "MonitorObjectType uint64, Classifications AlarmClassification[], AlarmNoticeIds string[], "
    "MonitorNotice MonitorNotice";

}  // namespace

void add_cls_alarm_actions(ActionTable& table) {
  auto& schemas = table.schemas();
  schemas.define("AlarmTarget",
                 "TopicId string!, Query string!, Number int64!, StartTimeOffset int64!, "
                 "EndTimeOffset int64!, LogsetId string!, SyntaxRule uint64");
  schemas.define("MonitorTime", "Type string!, Time int64, CronExpression string");
  schemas.define("MultiCondition", "Condition string, AlarmLevel uint64");
  schemas.define("CallBackInfo", "Body string!, Headers string[]");
  schemas.define("AnalysisDimensional",
                 "Name string!, Type string!, Content string!, ConfigInfo AlarmAnalysisConfig[]");
  schemas.define("AlarmAnalysisConfig", "Key string!, Value string!");
  schemas.define("AlarmClassification", "Key string!, Value string!");
  schemas.define("MonitorNotice", "Notices MonitorNoticeRule[]");
  schemas.define("MonitorNoticeRule",
                 "NoticeId string, ContentTmplId string, AlarmLevels uint64[]");
  table.add_cls("CreateAlarm", kCreate, create_alarm);
  table.add_cls("DescribeAlarms", "Filters Filter[], Offset int64, Limit int64", describe_alarms);
  table.add_cls("ModifyAlarm", kModify, modify_alarm);
  table.add_cls("DeleteAlarm", "AlarmId string!", delete_alarm);
}

}  // namespace mtc::emulator
