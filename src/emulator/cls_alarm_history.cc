// What alarm policies did: firings, and the log of their runs.
#include "emulator/alarm_runs.h"
#include "emulator/cls_checks.h"
#include "emulator/cls_query.h"
#include "emulator/cls_search.h"

namespace mtc::emulator {
namespace {

bool has(const Json& shown, std::string_view key, const std::string& value) {
  if (key == "alertId" || key == "alarmId") return string_or(shown, "AlarmId") == value;
  if (key == "alarmName") return string_or(shown, "AlarmName").find(value) != std::string::npos;
  if (key == "topicId") return string_or(shown, "TopicId") == value;
  if (key == "status") return std::to_string(integer_or(shown, "Status")) == value;
  return std::to_string(integer_or(shown, "AlarmLevel")) == value;
}

Json describe(const Call& call, const Record& record) {
  Json out = object_or_empty(record.document, "Shown");
  const auto end = record.document.contains("EndedAt") ? record.time("EndedAt") : call.now();
  out["Duration"] =
      std::max<std::int64_t>(0, (millis(end) - integer_or(out, "CreateTime")) / 60'000);
  if (array_or_empty(out, "Notices").empty()) out["Notices"] = call.no_list();
  if (array_or_empty(out, "GroupTriggerCondition").empty())
    out["GroupTriggerCondition"] = call.no_list();
  return out;
}

ApiResult<std::string> describe_history(Call& call) {
  const auto range = read_range(call.body);
  if (!range) return std::unexpected(range.error());
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok =
          check_filters(filters, {.tags = false},
                        {"alertId", "alarmId", "alarmName", "topicId", "status", "alarmLevel"});
      !ok)
    return std::unexpected(ok.error());
  auto hits = call.records().of(kClsAlert, call.owner);
  std::erase_if(hits, [&](const Record* record) {
    const Json& shown = object_or_empty(record->document, "Shown");
    const auto time = integer_or(shown, "CreateTime");
    return time < range->from_ms || time > range->to_ms ||
           !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
             return has(shown, key, value);
           });
  });
  std::ranges::sort(hits, std::greater{}, [](const Record* record) {
    return std::pair(integer_or(object_or_empty(record->document, "Shown"), "CreateTime"),
                     record->number);
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* record : cut(hits, *page)) list.push_back(describe(call, *record));
  return members_of({{"TotalCount", hits.size()}, {"Records", std::move(list)}});
}

ApiResult<std::string> get_alarm_log(Call& call) {
  const Topic* log = alarm_log(call.cloud, call.owner);
  if (log == nullptr) return refuse("InternalError.SearchError", "the run log cannot be made");
  Json body = call.body;
  body.erase("Query");
  body["QueryString"] = string_or(call.body, "Query");
  body["QuerySyntax"] = 1;
  body["TopicId"] = log->id;
  Call inner{.cloud = call.cloud,
             .owner = log->owner,
             .account = call.account,
             .request = call.request,
             .body = std::move(body),
             .contexts_expired = call.contexts_expired,
             .null_lists = call.null_lists};
  return search_log(inner);
}

}  // namespace

void add_cls_alarm_history_actions(ActionTable& table) {
  table.add_cls("DescribeAlertRecordHistory",
                "From uint64!, To uint64!, Offset int64!, Limit int64!, Filters Filter[]",
                describe_history);
  table.add_cls("GetAlarmLog",
                "From int64!, To int64!, Query string!, Limit int64, Context string, Sort string, "
                "UseNewAnalysis bool",
                get_alarm_log);
}

}  // namespace mtc::emulator
