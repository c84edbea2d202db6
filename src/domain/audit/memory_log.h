// An audit log that forgets with the process: for tests that want to see what was written.
#pragma once

#include <vector>

#include "domain/audit/hasher.h"
#include "domain/audit/log.h"

namespace mtc::audit {

// Quick and of the right length, and safe against nobody: for tests only.
struct PlainHasher final : Hasher {
  std::string of(std::string_view bytes) const override;
};

class MemoryLog final : public Log {
 public:
  MemoryLog() = default;
  // The hasher outlives the log.
  explicit MemoryLog(const Hasher& hasher) : hasher_(&hasher) {}

  Async<Result<Row>> append_within(Entry entry, std::vector<Limit> limits) override;
  Async<Result<std::vector<Row>>> list(Filter filter) override;
  Async<Result<std::vector<Row>>> after(std::int64_t number, std::int64_t limit) override;
  Async<Result<std::int64_t>> count(Event event, std::string actor, std::string target,
                                    TimePoint since) override;

  // What happened, in order: "begun", "done" …
  std::vector<std::string> events() const;

  std::vector<Row> rows;
  bool broken = false;  // everything fails with Errc::unavailable

 private:
  std::int64_t count_now(Event event, const std::string& actor, const std::string& target,
                         TimePoint since) const;

  PlainHasher plain_;
  const Hasher* hasher_ = &plain_;
};

}  // namespace mtc::audit
