#include "emulator/sql_series.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>

#include "base/text.h"
#include "emulator/civil_text.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMaxBuckets = 20'000;
constexpr std::int64_t kMaxFilled = 1'000'000;  // rows of all combinations of keys

using Row = std::vector<SqlValue>;
using RowsByTime = std::map<std::int64_t, Row>;

double number_of(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  const auto* number = std::get_if<double>(&value);
  return number != nullptr ? *number : 0;
}

// The row of a bucket without logs.
Row padded(const RowsByTime& known, std::int64_t time, std::size_t at, std::size_t key_count,
           const std::string& padding) {
  const auto after = known.upper_bound(time);
  const Row* next = after == known.end() ? nullptr : &after->second;
  const Row* last = after == known.begin() ? nullptr : &std::prev(after)->second;
  Row out = known.begin()->second;
  out[at] = time;
  for (std::size_t i = key_count; i < out.size(); ++i) {
    out[i] = {};
    if (padding == "0") {
      out[i] = std::int64_t{0};
    } else if (padding == "last" && last != nullptr) {
      out[i] = (*last)[i];
    } else if (padding == "next" && next != nullptr) {
      out[i] = (*next)[i];
    } else if (padding == "avg" && last != nullptr && next != nullptr) {
      out[i] = (number_of((*last)[i]) + number_of((*next)[i])) / 2;
    }
  }
  return out;
}

}  // namespace

ApiResult<TimeSeries> read_time_series(const SqlExpr& call) {
  if (call.args.size() != 4) return syntax_error("Unexpected parameters for function time_series");
  for (std::size_t i = 1; i < 4; ++i) {
    if (call.args[i].kind != SqlExpr::Kind::text)
      return syntax_error("time_series needs '5m', a format and a padding as texts");
  }
  TimeSeries out{.pattern = call.args[2].text, .padding = to_lower_ascii(call.args[3].text)};
  const auto& window = call.args[1].text;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(window.data(), window.data() + window.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(window.data() + window.size() - end));
  const std::int64_t factor = unit == "s"   ? 1000
                              : unit == "m" ? 60'000
                              : unit == "h" ? 3'600'000
                              : unit == "d" ? 86'400'000
                                            : 0;
  if (error != std::errc{} || count < 1 || count > 1'000'000 || factor == 0)
    return syntax_error("the window of time_series should be like 30s, 5m, 1h or 1d");
  out.width_ms = count * factor;
  constexpr std::array<std::string_view, 5> kPaddings{"0", "null", "last", "next", "avg"};
  if (std::ranges::find(kPaddings, out.padding) == kPaddings.end())
    return syntax_error("the padding of time_series should be 0, null, last, next or avg");
  return out;
}

ApiResult<> fill_gaps(std::vector<Row>& rows, std::size_t at, std::size_t key_count,
                      const TimeSeries& series, SearchRange range) {
  const auto first = floor_to(range.from_ms + kShanghaiOffset, series.width_ms) - kShanghaiOffset;
  const auto buckets = (range.to_ms - 1 - first) / series.width_ms + 1;
  if (buckets > kMaxBuckets) return query_error("time_series has too many buckets");
  std::map<Row, RowsByTime> by_other_keys;
  for (auto& row : rows) {
    const auto* bucket = std::get_if<std::int64_t>(&row[at]);
    if (bucket == nullptr) continue;
    Row others(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(key_count));
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
    const auto time = *bucket;
    by_other_keys[std::move(others)].emplace(time, std::move(row));
  }
  if (buckets * static_cast<std::int64_t>(by_other_keys.size()) > kMaxFilled)
    return query_error("time_series has too many buckets for so many groups");
  rows.clear();
  for (auto& [others, known] : by_other_keys) {
    RowsByTime gaps;
    for (std::int64_t i = 0; i < buckets; ++i) {
      const auto time = first + i * series.width_ms;
      if (!known.contains(time))
        gaps.emplace(time, padded(known, time, at, key_count, series.padding));
    }
    known.merge(gaps);
    for (auto& [time, row] : known) rows.push_back(std::move(row));
  }
  return {};
}

}  // namespace mtc::emulator
