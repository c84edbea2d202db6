// Makes a digest out of a stream of lines: a million a second on one thread, in bounded memory
// whatever the lines are (out of order, without time, spread over years, from thousands of
// services).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/zone.h"
#include "domain/digest/baseline_store.h"
#include "domain/digest/digest.h"
#include "domain/digest/history.h"

namespace mtc::digest {

// The name under which lines are counted once there are more services than
// BuilderOptions::max_services.
inline constexpr std::string_view kOtherServices = "…";

struct BuilderOptions {
  std::string id;     // UUID of the digest
  std::string scope;  // what it is about, as people call it
  // Absent: from the first to the last line that has a time.
  std::optional<logs::TimeRange> period;
  Zone zone = Zone::shanghai();
  TimePoint created{};
  std::size_t top = 10;  // entries in each list of templates, keywords and spikes
  std::size_t max_services = 500;
  std::size_t max_templates = 20'000;  // of the miner, and pairs of service and template
  History history;
};

// Not safe from several threads at once.
class DigestBuilder {
 public:
  explicit DigestBuilder(BuilderOptions options);
  ~DigestBuilder();
  DigestBuilder(DigestBuilder&&) noexcept;
  DigestBuilder& operator=(DigestBuilder&&) noexcept;

  // Counts and mines one line. Nothing of it is kept by reference.
  void add(const logs::LogLine& line);

  // For lines whose totals come from elsewhere (add_totals): mines the line without counting it
  // again.
  void add_uncounted(const logs::LogLine& line);
  // Exact totals from the log service: that many lines of that service and level, which need not
  // all be read.
  void add_totals(std::string_view service, logs::Level level, std::int64_t lines);

  // Errors of one minute (or of a wider piece, which then counts at its beginning), counted by the
  // log service because the errors could not all be read. Once called, the course over time rests
  // on these alone.
  void add_minute_errors(TimePoint minute, std::int64_t errors);

  void set_history(History history);
  void note_missing(std::string_view what);  // Coverage::missing
  void set_data_until(TimePoint time);       // Coverage::data_until
  void
  note_errors_incomplete();  // some error lines were not read: template counts are lower bounds
  void note_totals_incomplete();        // some lines were neither read nor counted by level
  void add_unread(std::int64_t lines);  // lines that exist, but of which only the number is known

  // The digest of everything added. Call once.
  Digest finish();
  // After finish(): what a BaselineStore is to remember. The day is the one the period begins on,
  // in options.zone.
  Remembered remembered() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mtc::digest
