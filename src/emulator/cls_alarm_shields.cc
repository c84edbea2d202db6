// Silences of a notice group.
#include "emulator/alarm_rule_tree.h"
#include "emulator/alarm_runs.h"
#include "emulator/cls_checks.h"

namespace mtc::emulator {
namespace {

ApiResult<> check_shield(const Json& shield, std::int64_t now_seconds) {
  if (integer_or(shield, "EndTime") <= now_seconds)
    return bad_value("EndTime should be in the future, in seconds");
  if (integer_or(shield, "EndTime") > 100'000'000'000)
    return bad_value("EndTime should be in seconds");
  if (integer_or(shield, "StartTime") >= integer_or(shield, "EndTime"))
    return bad_value("StartTime should be before EndTime");
  const auto type = integer_or(shield, "Type");
  if (type != 1 && type != 2) return bad_value("Type should be 1 or 2");
  if (type == 2) return check_rule_tree(string_or(shield, "Rule"));
  return {};
}

ApiResult<> check_group(const Call& call) {
  const auto id = string_or(call.body, "AlarmNoticeId");
  if (call.records().find(kClsNotice, call.owner, id) == nullptr)
    return refuse("ResourceNotFound.AlarmNoticeNotExist", "notice group " + id.substr(0, 80));
  return {};
}

ApiResult<Record*> find_shield(const Call& call) {
  if (auto ok = check_group(call); !ok) return std::unexpected(ok.error());
  Record* found = call.records().find(kClsShield, call.owner, string_or(call.body, "TaskId"));
  if (found == nullptr || found->text("AlarmNoticeId") != string_or(call.body, "AlarmNoticeId"))
    return refuse("ResourceNotFound.RecordNotExist", "there is no such shield in the notice group");
  return found;
}

ApiResult<std::string> create_shield(Call& call) {
  if (auto ok = check_group(call); !ok) return std::unexpected(ok.error());
  const auto now = millis(call.now()) / 1000;
  if (auto ok = check_shield(call.body, now); !ok) return std::unexpected(ok.error());
  Json shield = call.body;
  shield.update({{"CreateTime", now}, {"UpdateTime", now}, {"Operator", call.account.uin}});
  const auto id = make_uuid(call.cloud.random());
  call.records().add(kClsShield, call.owner, id, std::move(shield));
  return members_of({{"TaskId", id}});
}

ApiResult<std::string> modify_shield(Call& call) {
  const auto record = find_shield(call);
  if (!record) return std::unexpected(record.error());
  const auto now = millis(call.now()) / 1000;
  if (shield_status(**record, call.now()) == 2)
    return refuse("OperationDenied", "the shield has expired");
  Json shield = (*record)->document;
  merge_members(shield, call.body, {"TaskId", "AlarmNoticeId", "Status"});
  if (given(call.body, "Status")) {  // 2 ends it at once
    if (integer_or(call.body, "Status") != 2) return bad_value("Status can become 2 only");
    shield["EndTime"] = now;
    shield["StartTime"] = std::min(integer_or(shield, "StartTime"), now - 1);
  } else if (auto ok = check_shield(shield, now); !ok) {
    return std::unexpected(ok.error());
  }
  shield["UpdateTime"] = now;
  (*record)->document = std::move(shield);
  call.records().save(**record);
  return std::string();
}

ApiResult<std::string> delete_shield(Call& call) {
  const auto record = find_shield(call);
  if (!record) return std::unexpected(record.error());
  call.records().erase(**record);
  return std::string();
}

ApiResult<std::string> describe_shields(Call& call) {
  if (auto ok = check_group(call); !ok) return std::unexpected(ok.error());
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, {.tags = false}, {"taskId", "status"}); !ok)
    return std::unexpected(ok.error());
  auto hits = call.records().of(kClsShield, call.owner);
  std::erase_if(hits, [&](const Record* shield) {
    return shield->text("AlarmNoticeId") != string_or(call.body, "AlarmNoticeId") ||
           !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
             return key == "taskId" ? shield->id == value
                                    : std::to_string(shield_status(*shield, call.now())) == value;
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* shield : cut(hits, *page)) {
    list.push_back({{"AlarmNoticeId", shield->text("AlarmNoticeId")},
                    {"TaskId", shield->id},
                    {"StartTime", shield->integer("StartTime")},
                    {"EndTime", shield->integer("EndTime")},
                    {"Type", shield->integer("Type")},
                    {"Rule", shield->text("Rule")},
                    {"Reason", shield->text("Reason")},
                    {"Source", 1},
                    {"Operator", std::to_string(shield->integer("Operator"))},
                    {"Status", shield_status(*shield, call.now())},
                    {"CreateTime", shield->integer("CreateTime")},
                    {"UpdateTime", shield->integer("UpdateTime")}});
  }
  return members_of({{"TotalCount", hits.size()}, {"AlarmShields", std::move(list)}});
}

}  // namespace

void add_cls_alarm_shield_actions(ActionTable& table) {
  table.add_cls("CreateAlarmShield",
                "AlarmNoticeId string!, StartTime uint64!, EndTime uint64!, Type uint64!, Reason "
                "string!, Rule string",
                create_shield);
  table.add_cls("DescribeAlarmShields",
                "AlarmNoticeId string!, Filters Filter[], Offset uint64, Limit uint64",
                describe_shields);
  table.add_cls("ModifyAlarmShield",
                "TaskId string!, AlarmNoticeId string!, StartTime uint64, EndTime uint64, Type "
                "uint64, Rule string, Reason string, Status uint64",
                modify_shield);
  table.add_cls("DeleteAlarmShield", "TaskId string!, AlarmNoticeId string!", delete_shield);
}

}  // namespace mtc::emulator
