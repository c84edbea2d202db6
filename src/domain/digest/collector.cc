#include "domain/digest/collector.h"

#include <algorithm>

#include "domain/digest/collector_work.h"
#include "domain/digest/slices.h"
#include "domain/digest/topic_query.h"
#include "domain/logs/cql.h"

namespace mtc::digest {
namespace {

using logs::Level;
using logs::TimeRange;
using std::chrono::hours;

constexpr std::size_t kMostSpellings = 20;
constexpr std::int64_t kSteady =
    50;  // lines a bucket from which on an empty end means that data is missing

// Where the lines stop before the period does.
void note_end_of_data(Work& work, const logs::Histogram& all) {
  const TimeRange period = work.request.period;
  TimePoint end = period.to;
  if (all.interval > Millis{0} && !all.buckets.empty()) {
    const auto last = std::ranges::find_if(all.buckets.rbegin(), all.buckets.rend(),
                                           [](const auto& bucket) { return bucket.count > 0; });
    std::int64_t filled = 0;
    for (const auto& bucket : all.buckets) filled += bucket.count > 0 ? 1 : 0;
    const bool steady = filled > 0 && all.total / filled >= kSteady;
    if (last != all.buckets.rend() && steady) {
      const TimePoint ended = last->begin + all.interval;
      if (period.to - ended >= std::max<Millis>(3 * all.interval, std::chrono::minutes(30)))
        end = ended;
    }
  }
  if (end == period.to) work.all_end_early = false;
  work.data_until = std::max(work.data_until.value_or(end), end);
}

void read_by_level(const WorkPtr& work, std::size_t i, const logs::Condition& is_error,
                   const logs::Histogram& errors, std::int64_t error_total,
                   std::int64_t other_total) {
  const Errand common{.source = i, .range = work->request.period, .counted = true};
  if (error_total > 0) {
    Errand errand = common;
    errand.kind = Errand::Kind::errors;
    errand.condition = is_error.text();
    errand.at_least = Level::error;
    if (error_total <= work->share(work->request.error_lines)) {
      read_all(work, errand, errors);
    } else {
      work->builder.note_errors_incomplete();
      read_some(work, errand, work->share(work->request.error_lines));
      count_all_minutes(work, i, is_error.text());
    }
  }
  if (other_total > 0) {
    Errand errand = common;
    errand.kind = Errand::Kind::sample;
    errand.condition = error_total > 0 ? logs::none_of({is_error}).text() : "*";
    read_some(work, errand, work->share(work->request.other_lines));
  }
}

// Lines and errors of one earlier day, as the log service counts them.
Async<> count_earlier(WorkPtr work, std::size_t i, logs::Condition is_error, int days_ago,
                      bool writes_now) {
  auto& sums = work->earlier[days_ago];
  const Millis back = hours(24 * days_ago);
  const TimeRange range{.from = work->request.period.from - back,
                        .to = work->request.period.to - back};
  const auto& source = work->source(i);
  const Millis width = bucket_width(range, kBuckets, std::chrono::minutes(1));
  const auto all = co_await source.store->histogram(source.topic.id, range, "*", width);
  if (!all || (all->total == 0 && writes_now)) {
    sums.whole = false;  // failed, or not kept that long: either way nothing to compare with
    co_return;
  }
  if (all->total == 0) co_return;
  sums.lines += all->total;
  const auto errors =
      co_await source.store->histogram(source.topic.id, range, is_error.text(), width);
  errors ? void(sums.errors += errors->total) : void(sums.whole = false);
}

void compare_with_earlier(const WorkPtr& work, std::size_t i, const logs::Condition& is_error,
                          bool writes_now) {
  const auto& history = work->request.history;
  std::vector<int> wanted;
  if (!history.previous_day) wanted.push_back(1);
  if (!history.usual_weekday) wanted.insert(wanted.end(), {7, 14, 21, 28});
  for (const int days_ago : wanted) {
    work->earlier.try_emplace(days_ago);
    work->queue->push([work, i, is_error, days_ago, writes_now] {
      return count_earlier(work, i, is_error, days_ago, writes_now);
    });
  }
}

void no_comparison(Work& work) {
  for (const int days_ago : {1, 7, 14, 21, 28}) work.earlier[days_ago].whole = false;
}

// Totals by level and service in one SQL analysis. False if the service will not do it.
Async<bool> plan_by_sql(WorkPtr work, std::size_t i, TopicKeys keys) {
  const auto& source = work->source(i);
  const auto table =
      co_await source.store->analyze(source.topic.id, work->request.period, "*", totals_sql(keys));
  if (!table) co_return false;
  const auto totals = read_totals(*table, keys);
  if (totals.empty()) co_return false;  // there are lines, but SQL does not see them
  std::vector<std::string> error_values;
  std::int64_t errors = 0;
  std::int64_t others = 0;
  for (const auto& total : totals) {
    work->builder.add_totals(total.service, total.level, total.lines);
    (logs::is_error(total.level) ? errors : others) += total.lines;
    if (!logs::is_error(total.level) ||
        std::ranges::find(error_values, total.value) != error_values.end())
      continue;
    if (error_values.size() < kMostSpellings) {
      error_values.push_back(total.value);
    } else {
      work->builder.note_errors_incomplete();  // the rarest spellings are not asked for
    }
  }
  auto is_error = logs::level_at_least(Level::error, keys.level->name);
  // Earlier days may have had other spellings, and errors when this one has none.
  compare_with_earlier(work, i, is_error, true);
  logs::Histogram course;
  if (errors > 0) {
    is_error = is_one_of(keys.level->name, error_values);
    auto counted = co_await course_of(work, i, is_error.text());
    if (counted) course = std::move(*counted);  // else one slice, cut as answers come in
  }
  read_by_level(work, i, is_error, course, errors, others);
  co_return true;
}

// The level can be searched but not counted in SQL: histograms count.
Async<bool> plan_by_histogram(WorkPtr work, std::size_t i, TopicKeys keys, std::int64_t all) {
  const auto is_error = logs::level_at_least(Level::error, keys.level->name);
  const auto errors = co_await course_of(work, i, is_error.text());
  const auto raised =
      co_await course_of(work, i, logs::level_at_least(Level::warn, keys.level->name).text());
  if (!errors || !raised) co_return false;
  const std::int64_t warnings = std::max<std::int64_t>(raised->total - errors->total, 0);
  const std::int64_t others = std::max<std::int64_t>(all - errors->total, 0);
  work->builder.add_totals("", Level::error, errors->total);
  work->builder.add_totals("", Level::warn, warnings);
  work->builder.add_totals("", Level::unknown, others - std::min(warnings, others));
  compare_with_earlier(work, i, is_error, true);
  read_by_level(work, i, is_error, *errors, errors->total, others);
  co_return true;
}

// Nothing but text: levels and services are read from the lines, so the lines have to be read.
void plan_plain(const WorkPtr& work, std::size_t i, const logs::Histogram& all) {
  no_comparison(*work);
  work->plain_lines += all.total;
  const std::int64_t budget = work->share(work->request.plain_lines);
  const Errand errand{.kind = Errand::Kind::everything,
                      .source = i,
                      .range = work->request.period,
                      .condition = "*"};
  if (all.total <= budget) {
    read_all(work, errand, all);
    return;
  }
  work->builder.note_totals_incomplete();
  work->builder.note_errors_incomplete();
  read_some(work, errand, budget);
}

Async<> plan_topic(WorkPtr work, std::size_t i) {
  const auto& source = work->source(i);
  const auto fields = co_await source.store->fields(source.topic.id);
  const bool searchable = fields && (fields->full_text || !fields->keys.empty());
  if (!searchable) {
    no_comparison(*work);
    work->builder.note_totals_incomplete();
    work->builder.note_errors_incomplete();
    work->miss(i, fields
                      ? Error{.code = Errc::denied,
                              .message = "the topic has no index, so nothing in it can be searched"}
                      : fields.error());
    co_return;
  }
  const auto all = co_await course_of(work, i, "*");
  if (!all) {
    no_comparison(*work);
    work->builder.note_totals_incomplete();
    work->builder.note_errors_incomplete();
    work->miss(i, all.error());
    co_return;
  }
  ++work->topics_read;
  note_end_of_data(*work, *all);
  const TopicKeys keys = find_keys(*fields);
  if (all->total == 0) {
    if (keys.level) {
      compare_with_earlier(work, i, logs::level_at_least(Level::error, keys.level->name), false);
    }
    co_return;
  }
  if (keys.level && keys.level->in_sql && co_await plan_by_sql(work, i, keys)) co_return;
  if (keys.level && co_await plan_by_histogram(work, i, keys, all->total)) co_return;
  plan_plain(work, i, *all);
}

void set_references(Work& work) {
  History history = work.request.history;
  const auto mean = [&](std::initializer_list<int> days) -> std::optional<Reference> {
    Reference sum{.periods = 0};
    for (const int ago : days) {
      const auto at = work.earlier.find(ago);
      if (at == work.earlier.end() || !at->second.whole || at->second.lines == 0) continue;
      sum.lines += at->second.lines;
      sum.errors += at->second.errors;
      ++sum.periods;
    }
    if (sum.periods == 0) return std::nullopt;
    sum.lines /= sum.periods;
    sum.errors /= sum.periods;
    return sum;
  };
  if (!history.previous_day) history.previous_day = mean({1});
  if (!history.usual_weekday) {
    const auto usual = mean({7, 14, 21, 28});
    if (usual && usual->periods >= 2) history.usual_weekday = usual;
  }
  work.builder.set_history(std::move(history));
}

}  // namespace

Async<Result<Collected>> Collector::collect(CollectRequest request) {
  if (request.sources.empty())
    co_return fail(Errc::invalid_argument, "no topic to read: choose at least one");
  if (request.period.to <= request.period.from)
    co_return fail(Errc::invalid_argument, "the period is empty");
  constexpr TimePoint kEnd = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  if (request.period.from < TimePoint{} || request.period.to > kEnd) {
    co_return fail(Errc::invalid_argument, "the period lies outside of the years 1970 to 9999");
  }
  BuilderOptions options{.id = request.id,
                         .scope = request.scope,
                         .period = request.period,
                         .zone = request.zone,
                         .created = clock_.now(),
                         .top = request.top};
  const auto work = std::make_shared<Work>(std::move(request), clock_, std::move(options));
  for (std::size_t i = 0; i < work->request.sources.size(); ++i) {
    work->queue->push([work, i] { return plan_topic(work, i); });
  }
  co_await work->queue->run(std::max<std::size_t>(work->request.at_once, 1));
  if (work->topics_read == 0 && work->first_error) co_return fail(*work->first_error);

  set_references(*work);
  work->builder.add_unread(work->plain_lines - work->plain_read);
  const TimePoint now = clock_.now();
  if (now < work->request.period.to) {
    work->builder.set_data_until(now);
  } else if (work->all_end_early && work->data_until) {
    work->builder.set_data_until(*work->data_until);
  }
  Collected out;
  out.digest = work->builder.finish();
  out.remembered = work->builder.remembered();
  co_return out;
}

}  // namespace mtc::digest
