// Logsets and topics of the log service.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "emulator/alarm_runs.h"
#include "emulator/cls_checks.h"
#include "emulator/scheduled_sql.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxTags = 10;
constexpr std::size_t kMaxNameCharacters = 255;

ApiResult<> check_tags(const Json& body) {
  if (array_or_empty(body, "Tags").size() > kMaxTags) return bad_value("more than 10 tags");
  return {};
}

ApiResult<> check_name(const std::string& name, std::string_view member) {
  if (name.empty() || count_characters(name) > kMaxNameCharacters ||
      name.find('|') != std::string::npos) {
    return bad_value(std::string(member) + " should have 1 to 255 characters and no '|'");
  }
  return {};
}

// "<3-40 of a-z 0-9 ->-<appid>"
ApiResult<> check_custom_id(const std::string& id, std::string_view member) {
  const auto dash = id.rfind('-');
  const bool shape =
      id.empty() ||
      (dash != std::string::npos && dash >= 3 && dash <= 40 && dash + 1 < id.size() &&
       std::ranges::all_of(id.substr(dash + 1), [](char c) { return c >= '0' && c <= '9'; }) &&
       std::ranges::all_of(id, [](char c) {
         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
       }));
  if (!shape) return bad_value(std::string(member) + " should be <3-40 of a-z 0-9 ->-<appid>");
  return {};
}

Json describe(const Logset& logset, const Call& call) {
  const auto topics = call.cloud.topics(call.owner);
  const auto count = [&](bool metric) {
    return std::ranges::count_if(topics, [&](const Topic* t) {
      return t->logset_id == logset.id && (integer_or(t->properties, "BizType") == 1) == metric;
    });
  };
  return {{"LogsetId", logset.id},
          {"LogsetName", logset.name},
          {"CreateTime", cls_time(logset.created)},
          {"AssumerUin", 0},
          {"AssumerName", ""},
          {"Tags", logset.tags.empty() ? call.no_list() : logset.tags},
          {"TopicCount", count(false)},
          {"RoleName", ""},
          {"MetricTopicCount", count(true)}};
}

Json describe(const Topic& topic, const Call& call) {
  const Json& p = topic.properties;
  const Json& tags = array_or_empty(p, "Tags");
  return {{"LogsetId", topic.logset_id},
          {"TopicId", topic.id},
          {"TopicName", topic.name},
          {"PartitionCount", integer_or(p, "PartitionCount", 1)},
          {"Index", topic.table->index().has_value() && topic.table->index()->active},
          {"AssumerUin", 0},
          {"AssumerName", ""},
          {"CreateTime", cls_time(topic.created)},
          {"Status", bool_or(p, "Status", true)},
          {"Tags", tags.empty() ? call.no_list() : tags},
          {"RoleName", ""},
          {"AutoSplit", bool_or(p, "AutoSplit", true)},
          {"MaxSplitPartitions", integer_or(p, "MaxSplitPartitions", 50)},
          {"StorageType", string_or(p, "StorageType", "hot")},
          {"Period", integer_or(p, "Period", 30)},
          {"SubAssumerName", ""},
          {"Describes", string_or(p, "Describes")},
          {"HotPeriod", integer_or(p, "HotPeriod")},
          {"BizType", integer_or(p, "BizType")},
          {"IsWebTracking", bool_or(p, "IsWebTracking")},
          {"TopicAsyncTaskID", ""},
          {"MigrationStatus", 0},
          {"EffectiveDate", ""}};
}

ApiResult<std::string> create_logset(Call& call) {
  const auto name = string_or(call.body, "LogsetName");
  const auto id = string_or(call.body, "LogsetId");
  if (auto ok = check_name(name, "LogsetName"); !ok) return std::unexpected(ok.error());
  if (auto ok = check_custom_id(id, "LogsetId"); !ok) return std::unexpected(ok.error());
  if (auto ok = check_tags(call.body); !ok) return std::unexpected(ok.error());
  auto made = call.cloud.create_logset(call.owner, name, array_or_empty(call.body, "Tags"), id);
  if (!made) return std::unexpected(made.error());
  return members_of({{"LogsetId", (*made)->id}});
}

ApiResult<std::string> describe_logsets(Call& call) {
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, {.max_values = 5}, {"logsetName", "logsetId"}); !ok)
    return std::unexpected(ok.error());
  auto hits = call.cloud.logsets(call.owner);
  std::erase_if(hits, [&](const Logset* logset) {
    return !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
      if (key == "logsetName") return logset->name.find(value) != std::string::npos;
      return key == "logsetId" ? logset->id == value : has_tag(logset->tags, key, value);
    });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Logset* logset : cut(hits, *page)) list.push_back(describe(*logset, call));
  return members_of({{"TotalCount", hits.size()}, {"Logsets", std::move(list)}});
}

ApiResult<std::string> modify_logset(Call& call) {
  const auto name = string_or(call.body, "LogsetName");
  if (given(call.body, "LogsetName")) {
    if (auto ok = check_name(name, "LogsetName"); !ok) return std::unexpected(ok.error());
  }
  if (auto ok = check_tags(call.body); !ok) return std::unexpected(ok.error());
  const Json* tags = given(call.body, "Tags") ? &call.body["Tags"] : nullptr;
  if (auto ok = call.cloud.modify_logset(call.owner, string_or(call.body, "LogsetId"), name, tags);
      !ok)
    return std::unexpected(ok.error());
  return std::string();
}

ApiResult<std::string> delete_logset(Call& call) {
  if (auto ok = call.cloud.delete_logset(call.owner, string_or(call.body, "LogsetId")); !ok)
    return std::unexpected(ok.error());
  return std::string();
}

ApiResult<> check_topic_name(const std::string& name) {
  constexpr std::array<std::string_view, 5> kReservedNames{
      "cls_service_log", "loglistener_status", "loglistener_alarm", "loglistener_business",
      "cls_service_metric"};
  if (auto ok = check_name(name, "TopicName"); !ok) return ok;
  if (std::ranges::find(kReservedNames, name) != kReservedNames.end())
    return bad_value("TopicName is reserved");
  return {};
}

// Of a new topic, or of one as it would be after a change.
ApiResult<> check_properties(const Json& body) {
  if (auto ok = check_tags(body); !ok) return ok;
  const auto partitions = integer_or(body, "PartitionCount", 1);
  if (partitions < 1 || partitions > 10)
    return bad_value("PartitionCount should be between 1 and 10");
  const auto storage = string_or(body, "StorageType", "hot");
  if (storage != "hot" && storage != "cold") return bad_value("StorageType should be hot or cold");
  const auto period = integer_or(body, "Period", 30);
  if (period != 3640 && (period < (storage == "cold" ? 7 : 1) || period > 3600))
    return bad_value("Period should be between 1 and 3600 days, or 3640");
  const auto hot_period = integer_or(body, "HotPeriod");
  if (hot_period != 0 && (hot_period < 7 || hot_period >= period))
    return bad_value("HotPeriod should be 0 or between 7 and Period - 1");
  if (integer_or(body, "BizType") > 1) return bad_value("BizType should be 0 or 1");
  return {};
}

ApiResult<std::string> create_topic(Call& call) {
  const auto name = string_or(call.body, "TopicName");
  const auto id = string_or(call.body, "TopicId");
  if (auto ok = check_custom_id(id, "TopicId"); !ok) return std::unexpected(ok.error());
  if (auto ok = check_topic_name(name); !ok) return std::unexpected(ok.error());
  if (auto ok = check_properties(call.body); !ok) return std::unexpected(ok.error());
  Json properties = call.body;
  for (const auto* own : {"LogsetId", "TopicName", "TopicId"}) properties.erase(own);
  auto made = call.cloud.create_topic(call.owner, string_or(call.body, "LogsetId"), name,
                                      std::move(properties), id);
  if (!made) return std::unexpected(made.error());
  return members_of({{"TopicId", (*made)->id}});
}

// `precise`: PreciseSearch of the request.
bool has_property(const Call& call, const Topic& topic, std::string_view key,
                  const std::string& value, std::int64_t precise) {
  const auto named = [&](const std::string& name, bool exact) {
    return exact ? name == value : name.find(value) != std::string::npos;
  };
  if (key == "topicName") return named(topic.name, (precise & 1) != 0);
  if (key == "topicId") return topic.id == value;
  if (key == "logsetId") return topic.logset_id == value;
  if (key == "storageType") return string_or(topic.properties, "StorageType", "hot") == value;
  if (key == "logsetName") {
    const Logset* logset = call.cloud.find_logset(call.owner, topic.logset_id);
    return logset != nullptr && named(logset->name, (precise & 2) != 0);
  }
  return has_tag(array_or_empty(topic.properties, "Tags"), key, value);
}

ApiResult<std::string> describe_topics(Call& call) {
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const auto precise = integer_or(call.body, "PreciseSearch");
  const auto biz_type = integer_or(call.body, "BizType");
  if (precise > 3) return bad_value("PreciseSearch should be 0, 1, 2 or 3");
  if (biz_type > 1) return bad_value("BizType should be 0 or 1");
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, kClsFilters,
                              {"topicName", "logsetName", "topicId", "logsetId", "storageType"});
      !ok) {
    return std::unexpected(ok.error());
  }
  auto hits = call.cloud.topics(call.owner);
  std::erase_if(hits, [&](const Topic* topic) {
    return integer_or(topic->properties, "BizType") != biz_type ||
           !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
             return has_property(call, *topic, key, value, precise);
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Topic* topic : cut(hits, *page)) list.push_back(describe(*topic, call));
  return members_of({{"Topics", std::move(list)}, {"TotalCount", hits.size()}});
}

ApiResult<std::string> modify_topic(Call& call) {
  const auto topic = call.cloud.topic(call.owner, string_or(call.body, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  const auto name = string_or(call.body, "TopicName");
  if (given(call.body, "TopicName")) {
    if (auto ok = check_topic_name(name); !ok) return std::unexpected(ok.error());
  }
  Json properties = (*topic)->properties;
  const auto period = integer_or(properties, "Period", 30);
  merge_members(properties, call.body, {"TopicId", "TopicName", "CancelTopicAsyncTaskID"});
  if (auto ok = check_properties(properties); !ok) return std::unexpected(ok.error());
  if (integer_or(properties, "PartitionCount", 1) <
      integer_or((*topic)->properties, "PartitionCount", 1))
    return bad_value("PartitionCount does not become smaller");
  if (period == 3640 && integer_or(properties, "Period", 30) != period)
    return refuse("FailedOperation.PeriodModifyForbidden", "the topic keeps its logs for ever");
  if (auto ok = call.cloud.modify_topic(call.owner, (*topic)->id, name, properties); !ok)
    return std::unexpected(ok.error());
  return std::string();
}

ApiResult<> check_unused(const Call& call, const std::string& topic) {
  for (const Record* alarm : call.records().of(kClsAlarm, call.owner)) {
    for (const auto& target :
         array_or_empty(object_or_empty(alarm->document, "Policy"), "AlarmTargets")) {
      if (string_or(target, "TopicId") == topic)
        return refuse("FailedOperation.BindedAlarm", "the policy " + alarm->id + " looks at it");
    }
  }
  for (const Record* record : call.records().of(kClsTask, call.owner)) {
    const Json& task = object_or_empty(record->document, "Task");
    if (string_or(task, "SrcTopicId") == topic)
      return refuse("OperationDenied.TopicHasScheduleSqlTask", "the task " + record->id);
  }
  return {};
}

ApiResult<std::string> delete_topic(Call& call) {
  if (auto ok = check_unused(call, string_or(call.body, "TopicId")); !ok)
    return std::unexpected(ok.error());
  if (auto ok = call.cloud.delete_topic(call.owner, string_or(call.body, "TopicId")); !ok)
    return std::unexpected(ok.error());
  return std::string();
}

}  // namespace

void add_cls_topic_actions(ActionTable& table) {
  auto& schemas = table.schemas();
  schemas.define("Filter", "Key string!, Values string[]!");
  schemas.define("Tag", "Key string!, Value string!");
  table.add_cls("CreateLogset", "LogsetName string!, Tags Tag[], LogsetId string", create_logset);
  table.add_cls("DescribeLogsets", "Filters Filter[], Offset int64, Limit int64", describe_logsets);
  table.add_cls("ModifyLogset", "LogsetId string!, LogsetName string, Tags Tag[]", modify_logset);
  table.add_cls("DeleteLogset", "LogsetId string!", delete_logset);
  table.add_cls(
      "CreateTopic",
      "LogsetId string!, TopicName string!, PartitionCount int64, Tags Tag[], AutoSplit bool, "
      "MaxSplitPartitions int64, StorageType string, Period int64, Describes string, HotPeriod "
      "uint64, Encryption uint64, CustomKmsInfo CustomKmsInfo, BizType uint64, TopicId string, "
      "IsWebTracking bool, Extends "
      "TopicExtendInfo, IsSourceFrom bool, BillingMode uint64",
      create_topic);
  table.add_cls("DescribeTopics",
                "Filters Filter[], Offset int64, Limit int64, PreciseSearch uint64, BizType uint64",
                describe_topics);
  table.add_cls(
      "ModifyTopic",
      "TopicId string!, TopicName string, Tags Tag[], Status bool, AutoSplit bool, "
      "MaxSplitPartitions int64, Period int64, StorageType string, Describes string, HotPeriod "
      "uint64, IsWebTracking bool, Extends TopicExtendInfo, PartitionCount uint64, "
      "CancelTopicAsyncTaskID string, Encryption uint64, CustomKmsInfo CustomKmsInfo, "
      "IsSourceFrom bool, BillingMode uint64",
      modify_topic);
  table.add_cls("DeleteTopic", "TopicId string!", delete_topic);
}

}  // namespace mtc::emulator
