// One Collector::collect() under way: what its parts share, and how they read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/job_queue.h"
#include "domain/digest/builder.h"
#include "domain/digest/collector.h"
#include "domain/logs/line_format.h"

namespace mtc::digest {

inline constexpr std::int64_t kSearchLimit = 10'000;  // lines the service hands out for one search
inline constexpr std::int64_t kPage = 1'000;          // lines of one page
inline constexpr std::int64_t kBuckets = 200;         // of one histogram

// What is asked for in one time slice.
struct Errand {
  enum class Kind { everything, errors, sample };
  Kind kind = Kind::everything;
  std::size_t source = 0;
  logs::TimeRange range;
  std::string condition;
  std::int64_t limit = kSearchLimit;
  bool counted = false;   // totals are known already
  bool follow_up = true;  // an incomplete answer is asked for again in smaller pieces
  logs::Level at_least = logs::Level::unknown;  // the condition guarantees this level
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

// Reads everything of a condition, in slices of the right size.
void read_all(const WorkPtr& work, const Errand& pattern, const logs::Histogram& histogram);
// Reads about `lines` lines, a page from each of equally long pieces of the period.
void read_some(const WorkPtr& work, const Errand& pattern, std::int64_t lines);
// Counts, minute by minute, the errors that cannot be read line by line.
void count_all_minutes(const WorkPtr& work, std::size_t source, const std::string& condition);
// How the lines of a condition are spread over the period.
Async<Result<logs::Histogram>> course_of(const WorkPtr& work, std::size_t source,
                                         std::string condition);

}  // namespace mtc::digest
