#include "domain/digest/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "domain/digest/builder.h"
#include "domain/digest/job_queue.h"
#include "domain/digest/slices.h"
#include "domain/digest/topic_query.h"
#include "domain/logs/cql.h"
#include "domain/logs/line_format.h"

namespace mtc::digest {
namespace {

using logs::Level;
using logs::TimeRange;
using std::chrono::hours;

constexpr std::int64_t kSearchLimit = 10'000;  // lines the service hands out for one search
constexpr std::int64_t kSliceTarget =
    5'000;                             // lines a slice is cut for: histograms are only nearly right
constexpr std::int64_t kPage = 1'000;  // lines of one page
constexpr std::int64_t kBuckets = 200;  // of one histogram
constexpr std::size_t kMostSpellings = 20;
constexpr std::int64_t kSteady =
    50;  // lines a bucket from which on an empty end means that data is missing

// What is asked for in one time slice.
struct Errand {
  enum class Kind { everything, errors, sample };
  Kind kind = Kind::everything;
  std::size_t source = 0;
  TimeRange range;
  std::string condition;
  std::int64_t limit = kSearchLimit;
  bool counted = false;             // totals are known already
  bool follow_up = true;            // an incomplete answer is asked for again in smaller pieces
  Level at_least = Level::unknown;  // the condition guarantees this level
};

// One collect() under way; shared by its jobs.
struct Work {
  Work(CollectRequest given, const Clock& given_clock, BuilderOptions options)
      : request(std::move(given)), clock(given_clock), builder(std::move(options)) {
    end = clock.now() + request.deadline;
  }
  CollectRequest request;
  const Clock& clock;
  DigestBuilder builder;
  std::shared_ptr<JobQueue> queue = std::make_shared<JobQueue>();
  TimePoint end{};
  std::size_t topics_read = 0;
  std::optional<Error> first_error;
  std::set<std::string> told;
  std::optional<TimePoint> data_until;  // the latest end of any topic's data
  bool all_end_early = true;
  // Lines and errors of an earlier day, summed over topics; a day that one topic cannot tell is
  // dropped.
  struct Earlier {
    std::int64_t lines = 0;
    std::int64_t errors = 0;
    bool whole = true;
  };
  std::map<int, Earlier> earlier;  // by days ago
  std::int64_t plain_lines = 0;  // lines of topics whose lines can only be counted by reading them
  std::int64_t plain_read = 0;
  std::map<std::size_t, std::unique_ptr<logs::LineParser>> parsers;  // by source

  const Source& source(std::size_t i) const { return request.sources[i]; }
  std::string name(std::size_t i) const {
    const auto& topic = source(i).topic;
    return topic.name.empty() ? topic.id : topic.name;
  }
  bool expired() const { return clock.now() >= end; }
  std::int64_t share(std::int64_t budget) const {
    return std::max<std::int64_t>(budget / static_cast<std::int64_t>(request.sources.size()),
                                  kPage);
  }
  // Each topic is complained about once a reason.
  void miss(std::size_t i, const std::string& what) {
    const std::string text = name(i) + ": " + what;
    if (told.insert(text).second) builder.note_missing(text);
  }
  void miss(std::size_t i, const Error& error) {
    if (!first_error) first_error = error;
    miss(i, error.message);
  }
};
using WorkPtr = std::shared_ptr<Work>;

void note_failed(Work& work, const Errand& errand, const Error& error) {
  work.miss(errand.source, error);
  if (errand.kind != Errand::Kind::sample) work.builder.note_errors_incomplete();
  if (!errand.counted) work.builder.note_totals_incomplete();
}

// What the index does not tell apart is read from the text: its level, its service, its message.
void read_text(Work& work, const Errand& errand, logs::LogLine& line) {
  auto& parser = work.parsers[errand.source];
  if (!parser) {
    parser = std::make_unique<logs::LineParser>(
        logs::LineParser::Options{.zone = work.request.zone, .reference = work.request.period.to});
  }
  const logs::ParsedLine parsed = parser->parse(line.message);
  if (line.level == Level::unknown) line.level = parsed.level;
  if (line.service.empty()) line.service = parsed.service;
  line.message = parsed.message;
}

void feed(Work& work, const Errand& errand, const logs::LogRecord& record) {
  logs::LogLine line = record.line();
  if (errand.kind == Errand::Kind::everything) read_text(work, errand, line);
  if (line.level < errand.at_least) line.level = errand.at_least;
  if (errand.counted) {
    work.builder.add_uncounted(line);
  } else {
    work.builder.add(line);
    ++work.plain_read;
  }
}

Async<> run_errand(WorkPtr work, Errand errand);

void push(const WorkPtr& work, Errand errand) {
  work->queue->push([work, errand = std::move(errand)] { return run_errand(work, errand); });
}

// The answer held as many lines as the service gives. Lines come oldest first, so all before the
// last moment are there; the rest of the slice is asked for again, in halves.
void ask_for_the_rest(const WorkPtr& work, const Errand& errand, TimePoint last) {
  const TimeRange rest{.from = last, .to = errand.range.to};
  if (rest.from == errand.range.from && rest.length() <= Millis(1)) return;
  for (const auto& half : cut_evenly(rest, 2)) {
    Errand next = errand;
    next.range = half;
    push(work, std::move(next));
  }
}

Async<> run_errand(WorkPtr work, Errand errand) {
  if (work->expired()) {
    note_failed(*work, errand,
                {.code = Errc::timed_out, .message = "there was no time to read all of it"});
    co_return;
  }
  logs::Search search{.topic_id = work->source(errand.source).topic.id,
                      .range = errand.range,
                      .condition = errand.condition,
                      .limit = errand.limit,
                      .newest_first = false};
  const auto found = co_await work->source(errand.source).store->search(std::move(search));
  if (!found) {
    note_failed(*work, errand, found.error());
    co_return;
  }
  const auto& lines = found->lines;
  if (found->complete || lines.empty() || !errand.follow_up) {
    for (const auto& line : lines) feed(*work, errand, line);
    co_return;
  }
  const TimePoint last = std::ranges::max(lines, {}, &logs::LogRecord::time).time;
  if (last <= errand.range.from) {
    // More lines in one millisecond than the service hands out: take what there is and go on behind
    // it.
    for (const auto& line : lines) feed(*work, errand, line);
    work->builder.note_errors_incomplete();
    if (!errand.counted) work->builder.note_totals_incomplete();
    ask_for_the_rest(work, errand, errand.range.from + Millis(1));
    co_return;
  }
  for (const auto& line : lines) {
    if (line.time < last) feed(*work, errand, line);
  }
  ask_for_the_rest(work, errand, last);
}

// Reads everything of a condition, in slices of the right size.
void read_all(const WorkPtr& work, const Errand& pattern, const logs::Histogram& histogram) {
  for (const auto& slice : cut_by_lines(pattern.range, histogram, kSliceTarget)) {
    Errand errand = pattern;
    errand.range = slice;
    push(work, std::move(errand));
  }
}

// Reads about `lines` lines, a page from each of equally long pieces of the period.
void read_some(const WorkPtr& work, const Errand& pattern, std::int64_t lines) {
  for (const auto& piece : cut_evenly(pattern.range, std::max<std::int64_t>(lines / kPage, 1))) {
    Errand errand = pattern;
    errand.range = piece;
    errand.limit = kPage;
    errand.follow_up = false;
    push(work, std::move(errand));
  }
}

Async<Result<logs::Histogram>> course_of(const WorkPtr& work, std::size_t i,
                                         std::string condition) {
  const TimeRange period = work->request.period;
  return work->source(i).store->histogram(work->source(i).topic.id, period, std::move(condition),
                                          bucket_width(period, kBuckets, std::chrono::minutes(1)));
}

// Minute by minute what cannot be read line by line.
Async<> count_minutes(WorkPtr work, std::size_t i, std::string condition, TimeRange range,
                      Millis width) {
  const auto& source = work->source(i);
  const auto histogram = co_await source.store->histogram(source.topic.id, range, condition, width);
  if (!histogram) {
    work->miss(i, histogram.error());
    co_return;
  }
  for (const auto& bucket : histogram->buckets) {
    work->builder.add_minute_errors(std::max(bucket.begin, range.from), bucket.count);
  }
}

void count_all_minutes(const WorkPtr& work, std::size_t i, const std::string& condition) {
  constexpr std::int64_t kCalls = 16;
  const TimeRange period = work->request.period;
  const Millis width = bucket_width(period, kBuckets * kCalls / 2, std::chrono::minutes(1));
  const Millis piece = width * (kBuckets - 20);
  for (TimePoint from = period.from; from < period.to; from += piece) {
    const TimeRange range{.from = from, .to = std::min(from + piece, period.to)};
    work->queue->push([work, i, condition, range, width] {
      return count_minutes(work, i, condition, range, width);
    });
  }
}

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
  std::vector<std::string> error_values;
  std::int64_t errors = 0;
  std::int64_t others = 0;
  for (const auto& total : read_totals(*table, keys)) {
    work->builder.add_totals(total.service, total.level, total.lines);
    (logs::is_error(total.level) ? errors : others) += total.lines;
    if (logs::is_error(total.level) &&
        std::ranges::find(error_values, total.value) == error_values.end() &&
        error_values.size() < kMostSpellings) {
      error_values.push_back(total.value);
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
