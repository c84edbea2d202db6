#include "domain/logs/counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/spoken.h"
#include "domain/logs/range_speech.h"

namespace mtc::logs {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kUsualBuckets = 60;

double median_of(std::vector<std::int64_t> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? static_cast<double>(values[middle])
                                : static_cast<double>(values[middle - 1] + values[middle]) / 2;
}

std::string compare(const Counts& counts, Language language) {
  if (!counts.before) return {};
  const bool zh = language == Language::zh;
  const std::int64_t now = counts.histogram.total;
  const std::int64_t before = *counts.before;
  const std::string earlier =
      zh ? "前" + say_duration(counts.range.length(), language) : "in the same time before";
  if (before == 0) {
    if (now == 0) return {};
    return zh ? fmt::format("{}一条也没有。", earlier)
              : fmt::format(" There were none {}.", earlier);
  }
  const double ratio = static_cast<double>(now) / static_cast<double>(before);
  if (ratio >= 2) {
    return zh ? fmt::format("是{}的{}。", earlier, say_times(ratio, language))
              : fmt::format(" That is {} as many as {}.", say_times(ratio, language), earlier);
  }
  const double change = ratio - 1;
  if (change > -0.05 && change < 0.05) {
    return zh ? fmt::format("和{}差不多。", earlier)
              : fmt::format(" About as many as {}.", earlier);
  }
  const std::string percent = say_percent(change < 0 ? -change : change, language);
  return zh ? fmt::format("比{}{}{}。", earlier, change < 0 ? "少" : "多", percent)
            : fmt::format(" {} {} than {}.", percent, change < 0 ? "fewer" : "more", earlier);
}

}  // namespace

Millis usual_interval(const TimeRange& range) {
  static constexpr std::array<Millis, 10> kWidths{
      minutes(1), minutes(5), minutes(10), minutes(30), hours(1),
      hours(2),   hours(6),   hours(12),   hours(24),   hours(24 * 7)};
  for (const auto width : kWidths) {
    if (range.length() / width <= kUsualBuckets) return width;
  }
  return kWidths.back();
}

Async<Result<Counts>> count_lines(LogStore& store, std::string topic_id, TimeRange range,
                                  std::string condition, Millis interval) {
  if (interval <= Millis{0}) interval = usual_interval(range);
  auto counted = co_await store.histogram(topic_id, range, condition, interval);
  if (!counted) co_return fail(std::move(counted).error());
  Counts out{.range = range, .histogram = std::move(*counted)};
  std::vector<std::int64_t> values;
  for (const auto& bucket : out.histogram.buckets) {
    values.push_back(bucket.count);
    if (bucket.count > 0 && (!out.peak || bucket.count > out.peak->count)) out.peak = bucket;
  }
  out.usual = median_of(std::move(values));
  const TimeRange earlier{.from = range.from - range.length(), .to = range.from};
  // A single bucket would do; the interval is one that the service takes for this length.
  const auto before = co_await store.histogram(topic_id, earlier, condition, interval);
  if (before) out.before = before->total;
  co_return out;
}

std::string say_counts(const Counts& counts, std::string_view what, TimePoint now, const Zone& zone,
                       Language language) {
  const bool zh = language == Language::zh;
  const std::string range = say_range(counts.range, now, zone, language);
  if (counts.histogram.total == 0) {
    const std::string none = zh ? fmt::format("{}，没有{}。", range, what)
                                : fmt::format("There were no {} {}.", what, range);
    return none +
           (counts.before.value_or(0) > 0
                ? (zh ? fmt::format("前{}有{}条。", say_duration(counts.range.length(), language),
                                    say_count(*counts.before, language))
                      : fmt::format(" In the same time before there were {}.",
                                    say_count(*counts.before, language)))
                : "");
  }
  std::string out =
      zh ? fmt::format("{}，{}一共{}条。", range, what, say_count(counts.histogram.total, language))
         : fmt::format("There were {} {} {}.", say_count(counts.histogram.total, language), what,
                       range);
  if (counts.peak && counts.histogram.buckets.size() > 1) {
    const std::string when = say_moment(counts.peak->begin, now, zone, language);
    const std::string width = say_duration(counts.histogram.interval, language);
    const std::string most = say_count(counts.peak->count, language);
    out += zh ? fmt::format("最多的是{}起的{}，{}条。", when, width, most)
              : fmt::format(" The peak was {} within {}, {}.", most, width, when);
  }
  return out + compare(counts, language);
}

}  // namespace mtc::logs
