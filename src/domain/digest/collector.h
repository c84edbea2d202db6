// Collects the digest of a period from log services: exact totals by one SQL analysis a topic,
// every error line, and an even sample of the rest. Whatever cannot be read is said in
// Digest::coverage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/digest/baseline_store.h"
#include "domain/digest/digest.h"
#include "domain/digest/history.h"
#include "domain/logs/log_store.h"

namespace mtc::digest {

struct Source {
  logs::LogStore* store = nullptr;  // outlives collect()
  logs::Topic topic;
};

struct CollectRequest {
  std::string id;     // UUID of the digest
  std::string scope;  // what it is about, as people call it
  std::vector<Source> sources;
  logs::TimeRange period;
  Zone zone = Zone::shanghai();
  // What is remembered of earlier days. References that are missing here are counted by the log
  // service.
  History history;
  std::size_t top = 10;
  std::int64_t error_lines =
      100'000;                        // read at most, over all topics; beyond it errors are sampled
  std::int64_t other_lines = 30'000;  // sampled at most, over all topics
  std::int64_t plain_lines =
      200'000;               // read at most where lines have no level that could be asked for
  std::size_t at_once = 8;   // searches under way; the service allows 15 a topic
  Millis deadline{120'000};  // after this no further search is begun
};

struct Collected {
  Digest digest;
  Remembered remembered;  // for BaselineStore::remember, unless digest.coverage says that something
                          // is missing
};

class Collector {
 public:
  // The clock outlives the collector.
  explicit Collector(const Clock& clock) : clock_(clock) {}
  // Fails only if nothing at all could be read (with the first topic's error) or nothing was asked
  // for. Runs on the caller's executor, which must be single-threaded.
  Async<Result<Collected>> collect(CollectRequest request);

 private:
  const Clock& clock_;
};

}  // namespace mtc::digest
