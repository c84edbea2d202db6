// What the tests of the stand-in share: a cloud in memory with one topic, and requests signed the
// documented way.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "emulator/cloud.h"
#include "emulator/cql.h"
#include "emulator/search_condition.h"
#include "emulator/sql_runner.h"

namespace mtc::emulator {

inline constexpr std::int64_t kTestTime = 1'767'225'600'000;  // 2026-01-01 08:00 UTC+8

inline constexpr std::string_view kTestIndex = R"({
  "Rule": {
    "FullText": {"CaseSensitive": false, "Tokenizer": "@&?|#()='\",;:<>[]{}/ \n\t\r\\", "ContainZH": true},
    "KeyValue": {"CaseSensitive": false, "KeyValues": [
      {"Key": "level", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "service", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}},
      {"Key": "status", "Value": {"Type": "long", "SqlFlag": true}},
      {"Key": "cost", "Value": {"Type": "double", "SqlFlag": true}},
      {"Key": "trace_id", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": false}},
      {"Key": "obj", "Value": {"Type": "json", "SqlFlag": true, "ChildNode": [{"Key": "name", "Value": {"Type": "text", "SqlFlag": true}}]}},
      {"Key": "message", "Value": {"Type": "text", "Tokenizer": "@&?|#()='\",;:<>[]{}/ \n\t\r\\", "SqlFlag": true, "ContainZH": true}}
    ]},
    "Tag": {"CaseSensitive": false, "KeyValues": [{"Key": "env", "Value": {"Type": "text", "Tokenizer": "", "SqlFlag": true}}]}
  },
  "Status": true, "IncludeInternalFields": true, "MetadataFlag": 0})";

struct CloudWorld {
  FakeClock clock{};
  SeededRandom random{7};
  Cloud cloud{{}, clock, random};
  Owner owner{.uin = 1, .region = "ap-guangzhou"};
  const Topic* topic = nullptr;

  explicit CloudWorld(std::string_view index = kTestIndex) {
    clock.time = TimePoint(Millis(kTestTime + 3'600'000));
    const auto* logset = *cloud.create_logset(owner, "test", Json::array());
    topic = *cloud.create_topic(owner, logset->id, "app", Json::object());
    if (!index.empty()) set_index(index);
  }

  void set_index(std::string_view index) {
    auto rule = parse_index_rule(*parse_json(index));
    ASSERT_TRUE(rule) << rule.error().detail;
    topic->table->set_index(std::move(*rule));
  }

  void add(std::int64_t offset_ms, const std::vector<TextPair>& contents,
           const LogStream& stream = {.source = "10.0.0.8", .filename = "/data/app.log"}) {
    LogWriter writer(*topic->table);
    const int id = topic->table->stream(stream);
    writer.add({.stream = id, .group = topic->table->next_group(id)}, kTestTime + offset_ms,
               contents);
    writer.commit();
  }

  // The times (ms after kTestTime) of the logs that match, or the error.
  std::string search(std::string_view query, QuerySyntax syntax = QuerySyntax::cql) {
    const auto condition = parse_condition(query, syntax);
    if (!condition) return condition.error().detail;
    const auto compiled =
        compile_condition(*condition, *topic->table, {kTestTime, kTestTime + 86'400'000});
    if (!compiled) return compiled.error().detail;
    Statement rows(cloud.db(), "SELECT id FROM " + topic->table->name() + " WHERE " +
                                   compiled->where.sql + " ORDER BY id");
    rows.bind_all(compiled->where.binds);
    std::string out;
    while (rows.step())
      out += (out.empty() ? "" : " ") + std::to_string(time_of_row(rows.integer(0)) - kTestTime);
    return out;
  }

  // Rows as JSON, one a line, or the error's code and text.
  std::string sql(std::string_view statement, std::string_view condition = "*") {
    const auto select = parse_sql(statement);
    if (!select) return select.error().code + ": " + select.error().detail;
    const SearchRange range{kTestTime, kTestTime + 3'600'000};
    const auto compiled =
        compile_condition(*parse_condition(condition, QuerySyntax::cql), *topic->table, range);
    const auto rows = run_sql(cloud.db(), *topic->table, *compiled, range, *select);
    if (!rows) return rows.error().code + ": " + rows.error().detail;
    std::string out;
    for (const auto& row : rows->rows)
      out += (out.empty() ? "" : "\n") + row_as_json(rows->columns, row);
    return out;
  }
};

}  // namespace mtc::emulator
