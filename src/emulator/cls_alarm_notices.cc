// Notice groups: who is told about alarms of the log service, and how.
#include <fmt/format.h>

#include <set>

#include "emulator/alarm_rule_tree.h"
#include "emulator/alarm_runs.h"
#include "emulator/cls_checks.h"
#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

constexpr int kMaxEscalations = 5;

// "HH:MM:SS"
bool is_time_of_day(const std::string& text) {
  int hour = 0, minute = 0, second = 0;
  const std::string_view view = text;
  return view.size() == 8 && view[2] == ':' && view[5] == ':' &&
         read_number(view.substr(0, 2), hour) && read_number(view.substr(3, 2), minute) &&
         read_number(view.substr(6, 2), second) && hour >= 0 && hour <= 23 && minute >= 0 &&
         minute <= 59 && second >= 0 && second <= 59;
}

ApiResult<> check_receivers(const Json& holder) {
  static const std::set<std::string> kChannels{"Email", "Sms", "WeChat", "Phone"};
  for (const auto& one : array_or_empty(holder, "NoticeReceivers")) {
    const auto type = string_or(one, "ReceiverType");
    if (type != "Uin" && type != "Group") return bad_value("ReceiverType should be Uin or Group");
    if (array_or_empty(one, "ReceiverIds").empty())
      return bad_value("ReceiverIds should not be empty");
    const auto& channels = array_or_empty(one, "ReceiverChannels");
    if (channels.empty()) return bad_value("ReceiverChannels should not be empty");
    for (const auto& channel : channels) {
      if (!kChannels.contains(channel.get<std::string>()))
        return bad_value("ReceiverChannels should be Email, Sms, WeChat or Phone");
    }
    for (const auto* member : {"StartTime", "EndTime"}) {
      if (!is_time_of_day(string_or(one, member)))
        return bad_value(fmt::format("{} should be HH:MM:SS", member));
    }
  }
  return {};
}

ApiResult<> check_callbacks(const Json& holder) {
  static const std::set<std::string> kTypes{"Http", "WeCom", "DingTalk", "Lark"};
  for (const auto& one : array_or_empty(holder, "WebCallbacks")) {
    const auto type = string_or(one, "CallbackType");
    if (!kTypes.contains(type))
      return bad_value("CallbackType should be Http, WeCom, DingTalk or Lark");
    const auto url = string_or(one, "Url");
    if (url.size() > 1024) return bad_value("Url is longer than 1024 bytes");
    if (string_or(one, "WebCallbackId").empty() && !url.starts_with("http://") &&
        !url.starts_with("https://"))
      return bad_value("Url should begin with http:// or https://");
    const auto method = string_or(one, "Method");
    if (type == "Http" && method != "POST" && method != "PUT")
      return bad_value("Method should be POST or PUT");
    if (integer_or(one, "RemindType") > 2) return bad_value("RemindType should be 0, 1 or 2");
  }
  return {};
}

ApiResult<> check_people(const Json& holder) {
  if (auto ok = check_receivers(holder); !ok) return ok;
  return check_callbacks(holder);
}

ApiResult<> check_escalation(const Json& rule) {
  const Json* at = &rule;
  for (int step = 0; bool_or(*at, "Escalate"); ++step) {
    if (step == kMaxEscalations) return bad_value("more than 5 steps of escalation");
    const auto type = integer_or(*at, "Type");
    if (type != 1 && type != 2) return bad_value("Type of an escalation should be 1 or 2");
    if (integer_or(*at, "Interval") < 1) return bad_value("Interval should be minutes");
    const Json& next = object_or_empty(*at, "EscalateNotice");
    if (next.empty()) return refuse("MissingParameter", "Escalate needs EscalateNotice");
    if (auto ok = check_people(next); !ok) return ok;
    at = &next;
  }
  return {};
}

ApiResult<> check_rules(const Json& notice) {
  for (const auto& rule : array_or_empty(notice, "NoticeRules")) {
    if (const auto tree = string_or(rule, "Rule"); !tree.empty()) {
      if (auto ok = check_rule_tree(tree); !ok) return ok;
    }
    if (auto ok = check_people(rule); !ok) return ok;
    if (auto ok = check_escalation(rule); !ok) return ok;
  }
  return {};
}

ApiResult<> check_switch(const Json& notice, const std::string& member) {
  if (given(notice, member) && integer_or(notice, member) != 1 && integer_or(notice, member) != 2)
    return bad_value(member + " should be 1 or 2");
  return {};
}

ApiResult<> check_notice(const Call& call, const Json& notice, std::string_view own_id) {
  const auto name = string_or(notice, "Name");
  if (auto ok = check_short_name(name, "Name"); !ok) return ok;
  if (auto ok = check_tag_count(notice, 50); !ok) return ok;
  const auto type = string_or(notice, "Type");
  const bool simple = !type.empty() || !array_or_empty(notice, "NoticeReceivers").empty() ||
                      !array_or_empty(notice, "WebCallbacks").empty();
  if (simple && !array_or_empty(notice, "NoticeRules").empty())
    return refuse("InvalidParameter", "NoticeRules and the simple form exclude each other");
  if (simple && type != "Trigger" && type != "Recovery" && type != "All")
    return bad_value("Type should be Trigger, Recovery or All");
  if (auto ok = check_people(notice); !ok) return ok;
  if (auto ok = check_rules(notice); !ok) return ok;
  for (const auto* member : {"DeliverStatus", "AlarmShieldStatus", "SecureDetailStatus"}) {
    if (auto ok = check_switch(notice, member); !ok) return ok;
  }
  if (integer_or(notice, "DeliverStatus") == 2 && object_or_empty(notice, "DeliverConfig").empty())
    return refuse("MissingParameter", "DeliverStatus 2 needs DeliverConfig");
  if (string_or(notice, "JumpDomain").ends_with('/'))
    return bad_value("JumpDomain should not end with /");
  if (name_taken(call, kClsNotice, "Notice", name, own_id))
    return refuse("InvalidParameter.AlarmNoticeConflict", "a notice group of that name exists");
  return {};
}

ApiResult<Record*> find_notice(const Call& call) {
  const auto id = string_or(call.body, "AlarmNoticeId");
  Record* found = call.records().find(kClsNotice, call.owner, id);
  if (found == nullptr)
    return refuse("ResourceNotFound.AlarmNoticeNotExist", "notice group " + id.substr(0, 80));
  return found;
}

ApiResult<std::string> create_notice(Call& call) {
  if (auto ok = check_notice(call, call.body, ""); !ok) return std::unexpected(ok.error());
  Json notice = Json::object();
  merge_members(notice, call.body);
  const auto now = millis(call.now());
  const auto id = "notice-" + make_uuid(call.cloud.random());
  call.records().add(kClsNotice, call.owner, id,
                     {{"Notice", std::move(notice)}, {"CreatedAt", now}, {"UpdatedAt", now}});
  return members_of({{"AlarmNoticeId", id}});
}

ApiResult<std::string> modify_notice(Call& call) {
  const auto record = find_notice(call);
  if (!record) return std::unexpected(record.error());
  Json notice = object_or_empty((*record)->document, "Notice");
  const Json& body = call.body;
  merge_members(notice, body, {"AlarmNoticeId"});
  // The simple and the advanced form replace each other.
  if (!array_or_empty(body, "NoticeRules").empty()) {
    for (const auto* member : {"Type", "NoticeReceivers", "WebCallbacks"}) {
      if (!given(body, member)) notice.erase(member);
    }
  } else if (given(body, "Type")) {
    notice.erase("NoticeRules");
  }
  if (auto ok = check_notice(call, notice, (*record)->id); !ok) return std::unexpected(ok.error());
  (*record)->document["Notice"] = std::move(notice);
  (*record)->document["UpdatedAt"] = millis(call.now());
  call.records().save(**record);
  return std::string();
}

ApiResult<std::string> delete_notice(Call& call) {
  const auto notice = find_notice(call);
  if (!notice) return std::unexpected(notice.error());
  for (const Record* alarm : call.records().of(kClsAlarm, call.owner)) {
    const auto& ids = array_or_empty(object_or_empty(alarm->document, "Policy"), "AlarmNoticeIds");
    if (std::ranges::find(ids, Json((*notice)->id)) != ids.end())
      return refuse("OperationDenied.NoticeHasAlarm",
                    "alarm policies use the notice group: " + alarm->id);
  }
  for (const Record* shield : call.records().of(kClsShield, call.owner)) {
    if (shield->text("AlarmNoticeId") == (*notice)->id) call.records().erase(*shield);
  }
  call.records().erase(**notice);
  return std::string();
}

Json count_shields(const Call& call, const Record& notice) {
  std::array<std::int64_t, 3> by_status{};
  for (const Record* shield : call.records().of(kClsShield, call.owner)) {
    if (shield->text("AlarmNoticeId") == notice.id)
      ++by_status[static_cast<std::size_t>(shield_status(*shield, call.now()))];
  }
  return {{"TotalCount", by_status[0] + by_status[1] + by_status[2]},
          {"InvalidCount", by_status[0]},
          {"ValidCount", by_status[1]},
          {"ExpireCount", by_status[2]}};
}

Json describe(const Call& call, const Record& notice) {
  const Json& n = object_or_empty(notice.document, "Notice");
  const bool delivers = integer_or(n, "DeliverStatus", 1) == 2;
  return {{"Name", string_or(n, "Name")},
          {"Tags", list_or_none(call, n, "Tags")},
          {"Type", string_or(n, "Type")},
          {"NoticeReceivers", list_or_none(call, n, "NoticeReceivers")},
          {"WebCallbacks", list_or_none(call, n, "WebCallbacks")},
          {"AlarmNoticeId", notice.id},
          {"NoticeRules", list_or_none(call, n, "NoticeRules")},
          {"AlarmShieldStatus", integer_or(n, "AlarmShieldStatus", 2)},
          {"SecureDetailStatus", integer_or(n, "SecureDetailStatus", 1)},
          {"JumpDomain", string_or(n, "JumpDomain")},
          {"AlarmNoticeDeliverConfig",
           delivers ? Json{{"DeliverConfig", object_or_empty(n, "DeliverConfig")}, {"ErrMsg", ""}}
                    : Json(nullptr)},
          {"CreateTime", cls_time(notice.time("CreatedAt"))},
          {"UpdateTime", cls_time(notice.time("UpdatedAt"))},
          {"DeliverStatus", delivers ? 2 : 1},
          {"DeliverFlag", delivers ? 2 : 1},
          {"AlarmShieldCount",
           bool_or(call.body, "HasAlarmShieldCount") ? count_shields(call, notice) : Json(nullptr)},
          {"CallbackPrioritize", bool_or(n, "CallbackPrioritize")}};
}

// Some receiver of that type has the id.
bool notifies(const Json& notice, std::string_view type, const std::string& id) {
  std::int64_t number = 0;
  if (!read_number(std::string_view(id), number)) return false;
  const auto among = [&](const Json& holder) {
    return std::ranges::any_of(array_or_empty(holder, "NoticeReceivers"), [&](const Json& one) {
      const auto& ids = array_or_empty(one, "ReceiverIds");
      return string_or(one, "ReceiverType") == type &&
             std::ranges::find(ids, Json(number)) != ids.end();
    });
  };
  return among(notice) || std::ranges::any_of(array_or_empty(notice, "NoticeRules"), among);
}

bool has(const Record& notice, std::string_view key, const std::string& value) {
  const Json& n = object_or_empty(notice.document, "Notice");
  if (key == "name") return string_or(n, "Name").find(value) != std::string::npos;
  if (key == "alarmNoticeId") return notice.id == value;
  if (key == "uid") return notifies(n, "Uin", value);
  if (key == "groupId") return notifies(n, "Group", value);
  return std::to_string(integer_or(n, "DeliverStatus", 1)) == value;
}

ApiResult<std::string> describe_notices(Call& call) {
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, {.tags = false},
                              {"name", "alarmNoticeId", "uid", "groupId", "deliverFlag"});
      !ok)
    return std::unexpected(ok.error());
  auto hits = call.records().of(kClsNotice, call.owner);
  std::erase_if(hits, [&](const Record* notice) {
    return !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
      return has(*notice, key, value);
    });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* notice : cut(hits, *page)) list.push_back(describe(call, *notice));
  return members_of({{"AlarmNotices", std::move(list)}, {"TotalCount", hits.size()}});
}

}  // namespace

void add_cls_alarm_notice_actions(ActionTable& table) {
  auto& schemas = table.schemas();
  schemas.define("NoticeReceiver",
                 "ReceiverType string!, ReceiverIds int64[]!, ReceiverChannels string[]!, "
                 "NoticeContentId string, StartTime string, EndTime string, Index int64");
  schemas.define("WebCallback",
                 "CallbackType string!, Url string!, WebCallbackId string, Method string, "
                 "NoticeContentId string, RemindType uint64, Mobiles string[], UserIds string[], "
                 "Index int64");
  schemas.define("NoticeRule",
                 "Rule string, NoticeReceivers NoticeReceiver[], WebCallbacks WebCallback[], "
                 "Escalate bool, Type uint64, Interval uint64, EscalateNotice EscalateNoticeInfo");
  schemas.define("EscalateNoticeInfo",
                 "NoticeReceivers NoticeReceiver[]!, WebCallbacks WebCallback[]!, Escalate bool, "
                 "Interval uint64, Type uint64, EscalateNotice EscalateNoticeInfo");
  schemas.define("DeliverConfig", "Region string!, TopicId string!, Scope uint64!");
  table.add_cls("CreateAlarmNotice",
                "Name string!, Tags Tag[], Type string, NoticeReceivers NoticeReceiver[], "
                "WebCallbacks WebCallback[], NoticeRules NoticeRule[], JumpDomain string, "
                "DeliverStatus uint64, DeliverConfig DeliverConfig, AlarmShieldStatus uint64, "
                "SecureDetailStatus uint64, CallbackPrioritize bool",
                create_notice);
  table.add_cls("DescribeAlarmNotices",
                "Filters Filter[], Offset int64, Limit int64, HasAlarmShieldCount bool",
                describe_notices);
  table.add_cls("ModifyAlarmNotice",
                "AlarmNoticeId string!, Tags Tag[], Name string, Type string, NoticeReceivers "
                "NoticeReceiver[], WebCallbacks WebCallback[], NoticeRules NoticeRule[], "
                "JumpDomain string, DeliverStatus uint64, DeliverConfig DeliverConfig, "
                "AlarmShieldStatus uint64, SecureDetailStatus uint64, CallbackPrioritize bool",
                modify_notice);
  table.add_cls("DeleteAlarmNotice", "AlarmNoticeId string!", delete_notice);
}

}  // namespace mtc::emulator
