// DescribeLogHistogram: how many logs match, bucket by bucket.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "emulator/action_table.h"
#include "emulator/cls_query.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMaxBuckets = 200;

// The narrowest usual width with no more than 60 buckets.
std::int64_t usual_interval(std::int64_t length) {
  constexpr std::array<std::int64_t, 14> kWidths{
      1000,    5000,      10'000,    30'000,    60'000,     120'000,    300'000,
      600'000, 1'800'000, 3'600'000, 7'200'000, 21'600'000, 43'200'000, 86'400'000};
  for (const auto width : kWidths) {
    if (length / width <= 60) return width;
  }
  return (length / kWidths.back() / 60 + 1) * kWidths.back();
}

ApiResult<std::string> describe_histogram(Call& call) {
  const auto id = string_or(call.body, "TopicId");
  if (id.empty()) return refuse("MissingParameter", "The request is missing `TopicId`");
  const auto topic = call.cloud.indexed_topic(call.owner, id);
  if (!topic) return std::unexpected(topic.error());
  const auto range = read_range(call.body);
  if (!range) return std::unexpected(range.error());
  const auto syntax = read_syntax(call.body, "SyntaxRule", QuerySyntax::lucene);
  if (!syntax) return std::unexpected(syntax.error());
  const auto length = range->to_ms - range->from_ms;
  const auto interval =
      given(call.body, "Interval") ? integer_or(call.body, "Interval") : usual_interval(length);
  if (interval < 1 || interval > kMaxLogTime) return bad_value("Interval should be positive");
  if (length / interval > kMaxBuckets)
    return bad_value("(To - From) / Interval should be at most 200");
  const auto& table = *(*topic)->table;
  const auto compiled = compile_without_sql(string_or(call.body, "Query"), *syntax, table, *range);
  if (!compiled) return std::unexpected(compiled.error());

  const auto first = range->from_ms - range->from_ms % interval;
  std::vector<std::int64_t> counts(static_cast<std::size_t>(
      std::max<std::int64_t>((range->to_ms - first + interval - 1) / interval, 0)));
  Statement rows(call.cloud.db(),
                 "SELECT id FROM " + table.name() + " WHERE " + compiled->where.sql);
  rows.bind_all(compiled->where.binds);
  std::int64_t total = 0;
  for (; rows.step(); ++total)
    ++counts[static_cast<std::size_t>((time_of_row(rows.integer(0)) - first) / interval)];
  std::string out =
      fmt::format("\"Interval\":{},\"TotalCount\":{},\"HistogramInfos\":[", interval, total);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out += fmt::format("{}{{\"Count\":{},\"BTime\":{}}}", i == 0 ? "" : ",", counts[i],
                       first + static_cast<std::int64_t>(i) * interval);
  }
  return out + "]";
}

}  // namespace

void add_cls_histogram_actions(ActionTable& table) {
  table.add_cls("DescribeLogHistogram",
                "From int64!, To int64!, Query string!, TopicId string, Interval int64, "
                "SyntaxRule uint64",
                describe_histogram);
}

}  // namespace mtc::emulator
