#include "domain/digest/collector_work.h"

#include <algorithm>

#include "domain/digest/slices.h"

namespace mtc::digest {
namespace {

using logs::Level;
using logs::TimeRange;

constexpr std::int64_t kSliceTarget =
    5'000;  // lines a slice is cut for: histograms are only nearly right

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

}  // namespace

void read_all(const WorkPtr& work, const Errand& pattern, const logs::Histogram& histogram) {
  for (const auto& slice : cut_by_lines(pattern.range, histogram, kSliceTarget)) {
    Errand errand = pattern;
    errand.range = slice;
    push(work, std::move(errand));
  }
}

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

}  // namespace mtc::digest
