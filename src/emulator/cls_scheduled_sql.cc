// Tasks of scheduled SQL.
#include "base/text.h"
#include "emulator/cls_checks.h"
#include "emulator/cls_query.h"
#include "emulator/scheduled_sql.h"
#include "emulator/topic_query.h"

namespace mtc::emulator {
namespace {

ApiResult<> check_target(Call& call, const Json& task) {
  const Json& target = object_or_empty(task, "DstResource");
  const auto region = string_or(target, "Region", call.owner.region);
  if (region != string_or(task, "SrcTopicRegion") || region != call.owner.region)
    return bad_value("source and target are in one region, the request's");
  const auto topic = call.cloud.topic(call.owner, string_or(target, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  const auto type = integer_or(target, "BizType");
  if (type != 0 && type != 1) return bad_value("BizType should be 0 or 1");
  if (integer_or((*topic)->properties, "BizType") != type)
    return bad_value("BizType is not the target topic's");
  if (type == 1 && string_or(target, "MetricName").empty() &&
      array_or_empty(target, "MetricNames").empty())
    return refuse("MissingParameter", "a metric target needs MetricName or MetricNames");
  return {};
}

ApiResult<> check_schedule(const Json& task, TimePoint now) {
  const auto period = integer_or(task, "ProcessPeriod");
  if (period < 1 || period > 1440) return bad_value("ProcessPeriod should be between 1 and 1440");
  const auto unit = integer_or(task, "ProcessPeriodUnit", 1);
  if (unit != 1 && unit != 2) return bad_value("ProcessPeriodUnit should be 1 or 2");
  const auto delay = integer_or(task, "ProcessDelay");
  if (delay < 0 || delay > 120) return bad_value("ProcessDelay should be between 0 and 120");
  const auto start = integer_or(task, "ProcessStartTime");
  if (start < 0 || start > kMaxLogTime)
    return bad_value("ProcessStartTime should be in milliseconds");
  const auto type = integer_or(task, "ProcessType");
  if (type != 1 && type != 2) return bad_value("ProcessType should be 1 or 2");
  if (type == 2 && integer_or(task, "ProcessEndTime") <= start)
    return bad_value("ProcessEndTime should be after ProcessStartTime");
  if (!read_window(string_or(task, "ProcessTimeWindow"), now))
    return bad_value("ProcessTimeWindow should look like @m-15m,@m");
  return {};
}

ApiResult<> check_task(Call& call, const Json& task, std::string_view own_id) {
  const auto name = string_or(task, "Name");
  if (count_characters(name) > 255) return bad_value("Name is longer than 255 characters");
  const auto flag = integer_or(task, "EnableFlag");
  if (flag != 1 && flag != 2) return bad_value("EnableFlag should be 1 or 2");
  const auto syntax = integer_or(task, "SyntaxRule");
  if (syntax != 0 && syntax != 1) return bad_value("SyntaxRule should be 0 or 1");
  if (auto ok = check_target(call, task); !ok) return ok;
  if (auto ok = check_query(call.cloud, call.owner, string_or(task, "SrcTopicId"),
                            string_or(task, "ScheduledSqlContent"),
                            syntax == 1 ? QuerySyntax::cql : QuerySyntax::lucene, true);
      !ok)
    return ok;
  if (string_or(task, "SrcTopicId") == string_or(object_or_empty(task, "DstResource"), "TopicId"))
    return bad_value("a task does not write into its own source");
  if (auto ok = check_schedule(task, call.now()); !ok) return ok;
  if (name_taken(call, kClsTask, "Task", name, own_id))
    return refuse("InvalidParameter.DataFromTaskConflict", "a task of that name exists");
  return {};
}

ApiResult<Record*> find_task(const Call& call) {
  const auto id = string_or(call.body, "TaskId");
  Record* found = call.records().find(kClsTask, call.owner, id);
  if (found == nullptr)
    return refuse("ResourceNotFound.DataFromTaskNotExist", "task " + id.substr(0, 80));
  return found;
}

ApiResult<std::string> create_task(Call& call) {
  if (auto ok = check_task(call, call.body, ""); !ok) return std::unexpected(ok.error());
  Json task = Json::object();
  merge_members(task, call.body);
  const auto now = millis(call.now());
  const auto first = integer_or(task, "ProcessStartTime");
  const auto id = make_uuid(call.cloud.random());
  call.records().add(
      kClsTask, call.owner, id,
      {{"Task", std::move(task)}, {"CreatedAt", now}, {"UpdatedAt", now}, {"NextAt", first}});
  return members_of({{"TaskId", id}});
}

ApiResult<std::string> modify_task(Call& call) {
  const auto record = find_task(call);
  if (!record) return std::unexpected(record.error());
  Json task = object_or_empty((*record)->document, "Task");
  const bool was_off = integer_or(task, "EnableFlag") == 2;
  merge_members(task, call.body, {"TaskId"});
  if (auto ok = check_task(call, task, (*record)->id); !ok) return std::unexpected(ok.error());
  // What it missed while it was off is not made up for.
  if (was_off && integer_or(task, "EnableFlag") == 1) {
    const auto next = std::max((*record)->integer("NextAt"), millis(call.now()));
    (*record)->document["NextAt"] = next;
  }
  (*record)->document["Task"] = std::move(task);
  (*record)->document["UpdatedAt"] = millis(call.now());
  call.records().save(**record);
  return std::string();
}

ApiResult<std::string> delete_task(Call& call) {
  const auto record = find_task(call);
  if (!record) return std::unexpected(record.error());
  const Json& task = object_or_empty((*record)->document, "Task");
  if (string_or(task, "SrcTopicId") != string_or(call.body, "SrcTopicId"))
    return refuse("ResourceNotFound.DataFromTaskNotExist", "SrcTopicId is not the task's");
  call.records().erase(**record);
  return std::string();
}

std::string topic_name(const Call& call, const std::string& id) {
  const Topic* topic = call.cloud.find_topic(call.owner, id);
  return topic == nullptr ? "" : topic->name;
}

std::string optional_time(std::int64_t time) {
  return time == 0 ? "" : cls_time(TimePoint(Millis(time)));
}

Json describe(const Call& call, const Record& record) {
  Json out = object_or_empty(record.document, "Task");
  out["TaskId"] = record.id;
  out["SrcTopicName"] = topic_name(call, string_or(out, "SrcTopicId"));
  out["CreateTime"] = cls_time(record.time("CreatedAt"));
  out["UpdateTime"] = cls_time(record.time("UpdatedAt"));
  out["Status"] = static_cast<int>(task_status(call.cloud, record));
  out["ProcessStartTime"] = optional_time(integer_or(out, "ProcessStartTime"));
  out["ProcessEndTime"] = optional_time(integer_or(out, "ProcessEndTime"));
  for (const auto& [member, fallback] : std::initializer_list<std::pair<const char*, std::int64_t>>{
           {"SyntaxRule", 0}, {"HasServicesLog", 1}, {"FullQuery", 1}, {"ProcessPeriodUnit", 1}})
    out[member] = integer_or(out, member, fallback);
  return out;
}

bool has(const Call& call, const Record& record, std::string_view key, const std::string& value) {
  const Json& task = object_or_empty(record.document, "Task");
  const Json& target = object_or_empty(task, "DstResource");
  const auto contains = [&](const std::string& text) {
    return text.find(value) != std::string::npos;
  };
  if (key == "taskId") return record.id == value;
  if (key == "taskName") return contains(string_or(task, "Name"));
  if (key == "srcTopicId") return string_or(task, "SrcTopicId") == value;
  if (key == "dstTopicId") return string_or(target, "TopicId") == value;
  if (key == "srcTopicName") return contains(topic_name(call, string_or(task, "SrcTopicId")));
  if (key == "dstTopicName") return contains(topic_name(call, string_or(target, "TopicId")));
  if (key == "bizType") return std::to_string(integer_or(target, "BizType")) == value;
  return std::to_string(static_cast<int>(task_status(call.cloud, record))) == value;
}

ApiResult<std::string> describe_tasks(Call& call) {
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, {.tags = false},
                              {"srcTopicName", "dstTopicName", "srcTopicId", "dstTopicId",
                               "bizType", "status", "taskName", "taskId"});
      !ok)
    return std::unexpected(ok.error());
  const auto name = string_or(call.body, "Name"), id = string_or(call.body, "TaskId");
  auto hits = call.records().of(kClsTask, call.owner);
  std::erase_if(hits, [&](const Record* task) {
    return (!name.empty() && !has(call, *task, "taskName", name)) ||
           (!id.empty() && task->id != id) ||
           !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
             return has(call, *task, key, value);
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* task : cut(hits, *page)) list.push_back(describe(call, *task));
  return members_of({{"ScheduledSqlTaskInfos", std::move(list)}, {"TotalCount", hits.size()}});
}

}  // namespace

void add_cls_scheduled_sql_actions(ActionTable& table) {
  auto& schemas = table.schemas();
  schemas.define("ScheduledSqlResouceInfo",
                 "TopicId string!, Region string, BizType int64, MetricName string, MetricNames "
                 "string[], MetricLabels string[], CustomTime string, CustomMetricLabels "
                 "MetricLabel[]");
  schemas.define("MetricLabel", "Key string!, Value string!");
  table.add_cls("CreateScheduledSql",
                "SrcTopicId string!, Name string!, EnableFlag int64!, DstResource "
                "ScheduledSqlResouceInfo!, ScheduledSqlContent string!, ProcessStartTime uint64!, "
                "ProcessType int64!, ProcessPeriod int64!, ProcessTimeWindow string!, ProcessDelay "
                "int64!, SrcTopicRegion string!, ProcessPeriodUnit int64, ProcessEndTime uint64, "
                "SyntaxRule uint64, HasServicesLog uint64, FullQuery uint64",
                create_task);
  table.add_cls("DescribeScheduledSqlInfo",
                "Offset uint64, Limit uint64, Name string, TaskId string, Filters Filter[]",
                describe_tasks);
  table.add_cls("ModifyScheduledSql",
                "TaskId string!, SrcTopicId string, EnableFlag int64, DstResource "
                "ScheduledSqlResouceInfo, ScheduledSqlContent string, ProcessPeriod int64, "
                "ProcessTimeWindow string, ProcessDelay int64, SrcTopicRegion string, Name string, "
                "SyntaxRule uint64, HasServicesLog uint64, FullQuery uint64, ProcessPeriodUnit "
                "int64",
                modify_task);
  table.add_cls("DeleteScheduledSql", "TaskId string!, SrcTopicId string!", delete_task);
}

}  // namespace mtc::emulator
