#include "emulator/monitor_alarms.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "emulator/monitor_answers.h"

namespace mtc::emulator {
namespace {

constexpr std::string_view kHistory = "mon_history";
constexpr std::string_view kPolicy = "mon_policy";
constexpr std::string_view kNotice = "mon_notice";
constexpr std::int64_t kDaySeconds = 86'400;

// The notation of the official lists.
constexpr std::string_view kHistoryMembers =
    "AlarmId string, MonitorType string, Namespace string, AlarmObject string, Content string, "
    "FirstOccurTime int64, LastOccurTime int64, AlarmStatus string, PolicyId string, PolicyName "
    "string, VPC string, ProjectId int64, ProjectName string, InstanceGroup InstanceGroups[], "
    "ReceiverUids int64[], ReceiverGroups int64[], NoticeWays string[], OriginId string, AlarmType "
    "string, EventId int64, Region string, PolicyExists int64, MetricsInfo AlarmHistoryMetric[], "
    "Dimensions string, AlarmLevel string, ShieldFlag int64, AlarmShieldingType string, "
    "AlarmShieldingTime string, AlarmShieldingShowType string, AlarmShieldingShowTime string, "
    "AlarmShieldReason string, InternalDimensions string, MetricName string, PolicyPermissions "
    "uint64";
constexpr std::string_view kPolicyMembers =
    "PolicyId string!, PolicyName string!, Remark string, MonitorType string, Enable int64, UseSum "
    "int64, ProjectId int64, ProjectName string, Namespace string, ConditionTemplateId string, "
    "Condition AlarmPolicyCondition, EventCondition AlarmPolicyEventCondition, NoticeIds string[], "
    "LastEditUin string, UpdateTime int64, InsertTime int64, Region string[], NamespaceShowName "
    "string, IsDefault int64, CanSetDefault int64, InstanceGroupId int64, InstanceSum int64, "
    "InstanceGroupName string, RuleType string, OriginId string, Tags Tag[]";
constexpr std::string_view kNoticeMembers =
    "Id string!, Name string!, UpdatedAt string, UpdatedBy string, NoticeType string, UserNotices "
    "UserNotice[], URLNotices URLNotice[], IsPreset int64, NoticeLanguage string, PolicyIds "
    "string[], AMPConsumerId string, CLSNotices CLSNotice[], Tags Tag[], IsLoginFree int64, "
    "TimeZoneName string";

Result<void> check_row(const Json& row, std::string_view members) {
  static const RequestSchemas schemas = [] {
    RequestSchemas out;
    out.define("InstanceGroups", "Id int64!, Name string!");
    out.define("AlarmHistoryMetric",
               "QceNamespace string!, MetricName string!, Period int64!, Value string!, "
               "Description string!");
    out.define("Tag", "Key string!, Value string!");
    return out;
  }();
  const auto ok = schemas.check(row, parse_members(members));
  if (!ok) return fail(Errc::invalid_argument, ok.error().code + ": " + ok.error().detail);
  return {};
}

Owner account(std::uint64_t uin) {
  return {.uin = uin, .region = ""};
}

bool contains(const Json& row, std::string_view member, const std::string& part) {
  return part.empty() || string_or(row, member).find(part) != std::string::npos;
}

bool in_namespaces(const Json& row, const Json& wanted) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const Json& one) {
           return string_or(one, "MonitorType") == string_or(row, "MonitorType") &&
                  string_or(one, "Namespace") == string_or(row, "Namespace");
         });
}

// The list `member` has one of the wanted values, or none is wanted.
bool shares(const Json& row, std::string_view member, const Json& wanted) {
  return wanted.empty() || std::ranges::any_of(array_or_empty(row, member), [&](const Json& one) {
           return std::ranges::find(wanted, one) != wanted.end();
         });
}

bool has_metric(const Json& row, const Json& wanted) {
  return wanted.empty() ||
         std::ranges::find(wanted, Json(string_or(row, "MetricName"))) != wanted.end() ||
         std::ranges::any_of(array_or_empty(row, "MetricsInfo"), [&](const Json& one) {
           return std::ranges::find(wanted, Json(string_or(one, "MetricName"))) != wanted.end();
         });
}

bool wanted_history(const Json& row, const Json& body, std::int64_t from, std::int64_t to) {
  const auto time = integer_or(row, "FirstOccurTime");
  const auto policy = to_lower_ascii(string_or(row, "PolicyName"));
  return time >= from && time <= to &&
         listed(body, "MonitorTypes", string_or(row, "MonitorType")) &&
         contains(row, "AlarmObject", string_or(body, "AlarmObject")) &&
         listed(body, "AlarmStatus", string_or(row, "AlarmStatus")) &&
         listed(body, "ProjectIds", integer_or(row, "ProjectId")) &&
         in_namespaces(row, array_or_empty(body, "Namespaces")) &&
         has_metric(row, array_or_empty(body, "MetricNames")) &&
         policy.find(to_lower_ascii(string_or(body, "PolicyName"))) != std::string::npos &&
         contains(row, "Content", string_or(body, "Content")) &&
         shares(row, "ReceiverUids", array_or_empty(body, "ReceiverUids")) &&
         shares(row, "ReceiverGroups", array_or_empty(body, "ReceiverGroups")) &&
         listed(body, "PolicyIds", string_or(row, "PolicyId")) &&
         listed(body, "AlarmLevels", string_or(row, "AlarmLevel")) &&
         listed(body, "AlarmTypes", string_or(row, "AlarmType"));
}

ApiResult<bool> read_descending(const Json& body, std::string_view fallback) {
  const auto order = string_or(body, "Order", fallback);
  if (order != "ASC" && order != "DESC") return bad_value("Order should be ASC or DESC");
  return order == "DESC";
}

// Rows of the same key by age.
template <class Key>
void sort_rows(std::vector<Record*>& rows, bool descending, const Key& key) {
  std::ranges::sort(rows, [&](const Record* a, const Record* b) {
    const auto left = std::pair(key(*a), a->number), right = std::pair(key(*b), b->number);
    return descending ? left > right : left < right;
  });
}

ApiResult<std::string> describe_histories(Call& call) {
  const Json& body = call.body;
  if (auto ok = check_module(body); !ok) return std::unexpected(ok.error());
  const auto page = read_numbered_page(body, 100);
  if (!page) return std::unexpected(page.error());
  const auto descending = read_descending(body, "DESC");
  if (!descending) return std::unexpected(descending.error());
  const auto now = millis(call.now()) / 1000;
  const auto to = integer_or(body, "EndTime", now);
  const auto from = integer_or(body, "StartTime", now - kDaySeconds);
  if (from > to) return bad_value("StartTime should not be after EndTime");
  auto hits = call.records().of(kHistory, account(call.owner.uin));
  std::erase_if(hits,
                [&](const Record* one) { return !wanted_history(one->document, body, from, to); });
  sort_rows(hits, *descending, [](const Record& one) { return one.integer("FirstOccurTime"); });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* one : cut(hits, *page)) list.push_back(one->document);
  return members_of({{"TotalCount", hits.size()}, {"Histories", std::move(list)}});
}

bool wanted_policy(const Json& policy, const Json& body) {
  const auto kind = integer_or(policy, "IsDefault") == 1 ? "DEFAULT" : "NOT_DEFAULT";
  return contains(policy, "PolicyName", string_or(body, "PolicyName")) &&
         listed(body, "MonitorTypes", string_or(policy, "MonitorType")) &&
         listed(body, "Namespaces", string_or(policy, "Namespace")) &&
         listed(body, "ProjectIds", integer_or(policy, "ProjectId")) &&
         shares(policy, "NoticeIds", array_or_empty(body, "NoticeIds")) &&
         listed(body, "RuleTypes", string_or(policy, "RuleType")) &&
         listed(body, "Enable", integer_or(policy, "Enable")) && listed(body, "PolicyType", kind) &&
         shares(policy, "Tags", array_or_empty(body, "Tags")) &&
         (integer_or(body, "NotBindingNoticeRule") != 1 ||
          array_or_empty(policy, "NoticeIds").empty());
}

Json show_notice(const Call& call, const Record& notice) {
  Json out = notice.document;
  Json policies = Json::array();
  for (const Record* policy : call.records().of(kPolicy, notice.owner)) {
    const auto& ids = array_or_empty(policy->document, "NoticeIds");
    if (std::ranges::find(ids, Json(notice.id)) != ids.end()) policies.push_back(policy->id);
  }
  out["PolicyIds"] = policies.empty() ? call.no_list() : policies;
  return out;
}

Json show_policy(const Call& call, const Record& policy) {
  Json out = policy.document;
  Json notices = Json::array();
  for (const auto& id : array_or_empty(out, "NoticeIds")) {
    const auto notice = call.records().find(kNotice, policy.owner, id.get<std::string>());
    if (notice != nullptr) notices.push_back(show_notice(call, *notice));
  }
  out["Notices"] = notices.empty() ? call.no_list() : notices;
  return out;
}

ApiResult<std::string> describe_policies(Call& call) {
  const Json& body = call.body;
  if (auto ok = check_module(body); !ok) return std::unexpected(ok.error());
  const auto page = read_numbered_page(body, 100);
  if (!page) return std::unexpected(page.error());
  const auto descending = read_descending(body, "DESC");
  if (!descending) return std::unexpected(descending.error());
  if (const auto text = string_or(body, "Dimensions"); !text.empty() && !parse_json(text))
    return bad_value("Dimensions should be JSON");
  auto hits = call.records().of(kPolicy, account(call.owner.uin));
  std::erase_if(hits, [&](const Record* one) { return !wanted_policy(one->document, body); });
  const auto by = string_or(body, "Field", "UpdateTime");
  if (by != "UpdateTime" && by != "InsertTime")
    return bad_value("Field: the stand-in sorts by UpdateTime or InsertTime");
  sort_rows(hits, *descending, [&](const Record& one) { return one.integer(by); });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* one : cut(hits, *page)) list.push_back(show_policy(call, *one));
  return members_of({{"TotalCount", hits.size()}, {"Policies", std::move(list)}});
}

ApiResult<Record*> find_row(const Call& call, std::string_view kind, std::string_view member) {
  if (auto ok = check_module(call.body); !ok) return std::unexpected(ok.error());
  const auto id = string_or(call.body, member);
  Record* found = call.records().find(kind, account(call.owner.uin), id);
  if (found == nullptr)
    return refuse("ResourceNotFound", std::string(member) + " " + id.substr(0, 80));
  return found;
}

ApiResult<std::string> describe_policy(Call& call) {
  const auto policy = find_row(call, kPolicy, "PolicyId");
  if (!policy) return std::unexpected(policy.error());
  return members_of({{"Policy", show_policy(call, **policy)}});
}

ApiResult<std::string> modify_policy_status(Call& call) {
  const auto policy = find_row(call, kPolicy, "PolicyId");
  if (!policy) return std::unexpected(policy.error());
  const auto enable = integer_or(call.body, "Enable");
  if (enable != 0 && enable != 1) return bad_value("Enable should be 0 or 1");
  (*policy)->document["Enable"] = enable;
  (*policy)->document["UpdateTime"] = millis(call.now()) / 1000;
  (*policy)->document["LastEditUin"] = std::to_string(call.account.uin);
  call.records().save(**policy);
  return std::string();
}

bool wanted_notice(const Json& notice, const Json& body) {
  const auto type = string_or(body, "ReceiverType");
  const auto& users = array_or_empty(body, "UserIds");
  const auto& groups = array_or_empty(body, "GroupIds");
  const auto& people = array_or_empty(notice, "UserNotices");
  const auto tells = [&](const Json& one) {
    return (type.empty() || string_or(one, "ReceiverType") == type) &&
           shares(one, "UserIds", users) && shares(one, "GroupIds", groups);
  };
  return contains(notice, "Name", string_or(body, "Name")) &&
         listed(body, "NoticeIds", string_or(notice, "Id")) &&
         ((type.empty() && users.empty() && groups.empty()) ||
          std::ranges::any_of(people, tells)) &&
         shares(notice, "Tags", array_or_empty(body, "Tags"));
}

ApiResult<std::string> describe_notices(Call& call) {
  if (auto ok = check_module(call.body); !ok) return std::unexpected(ok.error());
  const auto page = read_numbered_page(call.body, 200);
  if (!page) return std::unexpected(page.error());
  const auto descending = read_descending(call.body, "");
  if (!descending) return std::unexpected(descending.error());
  if (const auto type = string_or(call.body, "ReceiverType");
      !type.empty() && type != "USER" && type != "GROUP")
    return bad_value("ReceiverType should be USER or GROUP");
  auto hits = call.records().of(kNotice, account(call.owner.uin));
  std::erase_if(hits, [&](const Record* one) { return !wanted_notice(one->document, call.body); });
  sort_rows(hits, *descending, [](const Record& one) { return one.text("UpdatedAt"); });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* one : cut(hits, *page)) list.push_back(show_notice(call, *one));
  return members_of({{"TotalCount", hits.size()}, {"Notices", std::move(list)}});
}

ApiResult<std::string> describe_notice(Call& call) {
  const auto notice = find_row(call, kNotice, "NoticeId");
  if (!notice) return std::unexpected(notice.error());
  return members_of({{"Notice", show_notice(call, **notice)}});
}

ApiResult<std::string> describe_namespaces(Call& call) {
  struct Kind {
    std::string_view id, name, value, product;
  };
  constexpr std::array<Kind, 6> kKinds{
      {{"cvm_device", "云服务器-基础监控", "QCE/CVM", "云服务器"},
       {"k8s_cluster2", "容器服务-集群", "QCE/TKE2", "容器服务"},
       {"k8s_node2", "容器服务-节点", "QCE/TKE2", "容器服务"},
       {"k8s_workload2", "容器服务-工作负载", "QCE/TKE2", "容器服务"},
       {"k8s_pod2", "容器服务-Pod", "QCE/TKE2", "容器服务"},
       {"k8s_container2", "容器服务-容器", "QCE/TKE2", "容器服务"}}};
  if (auto ok = check_module(call.body); !ok) return std::unexpected(ok.error());
  const auto scene = string_or(call.body, "SceneType");
  if (scene != "ST_ALARM" && scene != "ST_DASHBOARD")
    return bad_value("SceneType should be ST_ALARM or ST_DASHBOARD");
  Json list = Json::array();
  for (const auto& kind : kKinds) {
    if (!listed(call.body, "Ids", std::string(kind.id)) ||
        !listed(call.body, "MonitorTypes", "MT_QCE"))
      continue;
    list.push_back({{"Id", kind.id},
                    {"Name", kind.name},
                    {"Value", kind.value},
                    {"ProductName", kind.product},
                    {"Config", "{}"},
                    {"AvailableRegions", {"gz", "sh", "bj"}},
                    {"SortId", list.size() + 1},
                    {"DashboardId", kind.id}});
  }
  return members_of({{"QceNamespaces", list.empty() ? Json(nullptr) : list[0]},
                     {"CustomNamespaces", nullptr},
                     {"QceNamespacesNew", list},
                     {"CustomNamespacesNew", call.no_list()},
                     {"CommonNamespaces", call.no_list()}});
}

void fill(Json& row, const Json& defaults) {
  for (const auto& [key, value] : defaults.items()) {
    if (!row.contains(key) || row[key].is_null()) row[key] = value;
  }
}

}  // namespace

Result<void> add_alarm_history(Cloud& cloud, std::uint64_t uin, Json row) {
  if (auto ok = check_row(row, kHistoryMembers); !ok) return ok;
  const auto now = millis(cloud.now()) / 1000;
  const auto first = integer_or(row, "FirstOccurTime", now);
  const auto seed = string_or(row, "AlarmObject") + string_or(row, "PolicyId") +
                    string_or(row, "PolicyName") + string_or(row, "Content") +
                    std::to_string(first);
  fill(row, {{"AlarmId", short_id("", seed, 24)},
             {"MonitorType", "MT_QCE"},
             {"Namespace", "cvm_device"},
             {"AlarmObject", ""},
             {"Content", ""},
             {"FirstOccurTime", first},
             {"LastOccurTime", std::max(first, now)},
             {"AlarmStatus", "ALARM"},
             {"PolicyId", ""},
             {"PolicyName", ""},
             {"VPC", ""},
             {"ProjectId", 0},
             {"ProjectName", "默认项目"},
             {"InstanceGroup", Json::array()},
             {"ReceiverUids", Json::array()},
             {"ReceiverGroups", Json::array()},
             {"NoticeWays", {"SMS", "WECHAT"}},
             {"OriginId", ""},
             {"AlarmType", "METRIC"},
             {"EventId", 0},
             {"Region", "gz"},
             {"PolicyExists", 1},
             {"MetricsInfo", nullptr},
             {"Dimensions", nullptr},
             {"AlarmLevel", "Warn"},
             {"ShieldFlag", 0}});
  auto id = string_or(row, "AlarmId");
  cloud.records().add(kHistory, account(uin), std::move(id), std::move(row));
  if (const auto all = cloud.records().all(kHistory); all.size() > kMaxHistories)
    cloud.records().erase(*all.front());
  return {};
}

Result<void> add_alarm_policy(Cloud& cloud, std::uint64_t uin, Json policy) {
  if (auto ok = check_row(policy, kPolicyMembers); !ok) return ok;
  const auto now = millis(cloud.now()) / 1000;
  fill(policy, {{"Remark", ""},
                {"MonitorType", "MT_QCE"},
                {"Enable", 1},
                {"UseSum", 0},
                {"ProjectId", 0},
                {"ProjectName", "默认项目"},
                {"Namespace", "cvm_device"},
                {"Condition", nullptr},
                {"EventCondition", nullptr},
                {"NoticeIds", Json::array()},
                {"UpdateTime", now},
                {"InsertTime", now},
                {"IsDefault", 0},
                {"RuleType", "STATIC"}});
  auto id = string_or(policy, "PolicyId");
  cloud.records().add(kPolicy, account(uin), std::move(id), std::move(policy));
  return {};
}

Result<void> add_alarm_notice(Cloud& cloud, std::uint64_t uin, Json notice) {
  if (auto ok = check_row(notice, kNoticeMembers); !ok) return ok;
  fill(notice, {{"UpdatedAt", ""},
                {"UpdatedBy", ""},
                {"NoticeType", "ALL"},
                {"UserNotices", nullptr},
                {"URLNotices", nullptr},
                {"IsPreset", 0},
                {"NoticeLanguage", "zh-CN"},
                {"CLSNotices", nullptr}});
  auto id = string_or(notice, "Id");
  cloud.records().add(kNotice, account(uin), std::move(id), std::move(notice));
  return {};
}

void add_monitor_alarm_actions(ActionTable& table) {
  ActionGroup monitor(table, "monitor", kMonitorVersion, kMonitorScope, false);
  monitor.define("MonitorTypeNamespace", "MonitorType string!, Namespace string!");
  monitor.define("Tag", "Key string!, Value string!");
  monitor.define("AlarmPolicyTriggerTask", "Type string!, TaskConfig string!");
  monitor.add("DescribeAlarmHistories",
              "Module string!, PageNumber int64, PageSize int64, Order string, StartTime int64, "
              "EndTime int64, MonitorTypes string[], AlarmObject string, AlarmStatus string[], "
              "ProjectIds int64[], InstanceGroupIds int64[], Namespaces MonitorTypeNamespace[], "
              "MetricNames string[], PolicyName string, Content string, ReceiverUids int64[], "
              "ReceiverGroups int64[], PolicyIds string[], AlarmLevels string[], "
              "ConvergenceHistoryIDs string[], AlarmTypes string[], ShieldStatus string[]",
              describe_histories);
  monitor.add("DescribeAlarmPolicies",
              "Module string!, PageNumber int64, PageSize int64, PolicyName string, MonitorTypes "
              "string[], Namespaces string[], Dimensions string, ReceiverUids int64[], "
              "ReceiverGroups int64[], PolicyType string[], Field string, Order string, ProjectIds "
              "int64[], NoticeIds string[], RuleTypes string[], Enable int64[], "
              "NotBindingNoticeRule int64, InstanceGroupId int64, NeedCorrespondence int64, "
              "TriggerTasks AlarmPolicyTriggerTask[], OneClickPolicyType string[], NotBindAll "
              "int64, NotInstanceGroup int64, Tags Tag[], PromInsId string, ReceiverOnCallFormIDs "
              "string[], NoticeContentTmplIDs string[], IsPredefined int64",
              describe_policies);
  monitor.add("DescribeAlarmPolicy", "Module string!, PolicyId string!", describe_policy);
  monitor.add("ModifyAlarmPolicyStatus", "Module string!, PolicyId string!, Enable int64!",
              modify_policy_status);
  monitor.add("DescribeAlarmNotices",
              "Module string!, PageNumber int64!, PageSize int64!, Order string!, OwnerUid int64, "
              "Name string, ReceiverType string, UserIds int64[], GroupIds int64[], NoticeIds "
              "string[], Tags Tag[], OnCallFormIDs string[]",
              describe_notices);
  monitor.add("DescribeAlarmNotice", "Module string!, NoticeId string!", describe_notice);
  monitor.add("DescribeAllNamespaces",
              "SceneType string!, Module string!, MonitorTypes string[], Ids string[]",
              describe_namespaces);
}

}  // namespace mtc::emulator
