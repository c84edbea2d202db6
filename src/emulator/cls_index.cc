// The index of a topic.
#include "base/zone.h"
#include "emulator/action_table.h"

namespace mtc::emulator {
namespace {

ApiResult<> apply(Call& call, const Topic& topic, Json document) {
  document.erase("TopicId");
  auto rule = parse_index_rule(document);
  if (!rule) return std::unexpected(rule.error());
  rule->document["ModifyTime"] = format_civil(call.cloud.clock().now(), Zone::shanghai());
  topic.table->set_index(std::move(*rule));
  return {};
}

ApiResult<std::string> create_index(Call& call) {
  const auto topic = call.cloud.topic(call.owner, string_or(call.body, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  if ((*topic)->table->index()) return refuse("InvalidParameter.IndexConflict");
  if (auto ok = apply(call, **topic, call.body); !ok) return std::unexpected(ok.error());
  return std::string();
}

ApiResult<std::string> modify_index(Call& call) {
  const auto topic = call.cloud.indexed_topic(call.owner, string_or(call.body, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  Json document = (*topic)->table->index()->document;
  for (const auto& [key, value] : call.body.items()) {
    if (!value.is_null()) document[key] = value;
  }
  if (auto ok = apply(call, **topic, std::move(document)); !ok) return std::unexpected(ok.error());
  return std::string();
}

ApiResult<std::string> describe_index(Call& call) {
  const auto topic = call.cloud.indexed_topic(call.owner, string_or(call.body, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  const auto& index = (*topic)->table->index();
  Json rule = object_or_empty(index->document, "Rule");
  for (const auto* part : {"FullText", "KeyValue", "Tag", "DynamicIndex"}) {
    if (!rule.contains(part)) rule[part] = nullptr;
  }
  return members_of({{"TopicId", (*topic)->id},
                     {"Status", index->active},
                     {"Rule", std::move(rule)},
                     {"ModifyTime", string_or(index->document, "ModifyTime")},
                     {"IncludeInternalFields", index->internal_fields},
                     {"MetadataFlag", index->metadata_flag},
                     {"CoverageField", string_or(index->document, "CoverageField")}});
}

ApiResult<std::string> delete_index(Call& call) {
  const auto topic = call.cloud.indexed_topic(call.owner, string_or(call.body, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  (*topic)->table->clear_index();
  return std::string();
}

}  // namespace

void add_cls_index_actions(ActionTable& table) {
  auto& schemas = table.schemas();
  schemas.define("RuleInfo",
                 "FullText FullTextInfo, KeyValue RuleKeyValueInfo, Tag RuleTagInfo, DynamicIndex "
                 "DynamicIndex");
  schemas.define("FullTextInfo", "CaseSensitive bool!, Tokenizer string!, ContainZH bool");
  schemas.define("RuleKeyValueInfo", "CaseSensitive bool!, KeyValues KeyValueInfo[]");
  schemas.define("RuleTagInfo", "CaseSensitive bool!, KeyValues KeyValueInfo[]!");
  schemas.define("KeyValueInfo", "Key string!, Value ValueInfo!");
  schemas.define("ValueInfo",
                 "Type string!, Tokenizer string, SqlFlag bool, ContainZH bool, Alias string, "
                 "OpenIndexForChildOnly bool, ChildNode KeyValueInfo[]");
  schemas.define("DynamicIndex", "Status bool");
  table.add_cls("CreateIndex",
                "TopicId string!, Rule RuleInfo!, Status bool, IncludeInternalFields bool, "
                "MetadataFlag uint64, CoverageField string",
                create_index);
  table.add_cls("ModifyIndex",
                "TopicId string!, Rule RuleInfo, Status bool, IncludeInternalFields bool, "
                "MetadataFlag uint64, CoverageField string",
                modify_index);
  table.add_cls("DescribeIndex", "TopicId string!", describe_index);
  table.add_cls("DeleteIndex", "TopicId string!", delete_index);
}

}  // namespace mtc::emulator
