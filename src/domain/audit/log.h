// The audit log: who did what to what, why it was allowed or refused, and what came of it. Each row
// holds the hash of the one before, so that a row that is changed, removed or moved shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace mtc::audit {

enum class Event {
  planned,     // a plan was made and waits for its confirmation
  refused,     // by a rule: permission, limit, protected namespace
  wrong_code,  // somebody tried to confirm a plan with a code that is not its own
  confirmed,   // a plan's code was said, or a form accepted
  cancelled,
  begun,  // the change is about to be sent
  done,
  failed,  // the other side refused, or nobody knows what came of it
  undone,  // an undo went well
};
std::string_view name_of(Event event);
std::optional<Event> parse_event(std::string_view name);

struct Entry {
  TimePoint time{};
  std::string actor;      // the user's name; "system" where nobody asked
  std::string assurance;  // how sure we were of it
  std::string channel;    // http, stdio, xiaozhi …
  Event event = Event::done;
  std::string action;  // the tool: "scale_workload"
  std::string target;  // "cls-0a1b2c3d/shop-prod/Deployment/payment"
  std::string plan;    // id; may be empty
  std::string reason;  // why; for people; never holds a secret
  // Fingerprints (SHA-256, hexadecimal) of the target before and after; empty where there is none.
  std::string before, after;
  Json details = nullptr;  // arguments without secrets
};

struct Row {
  std::int64_t number = 0;  // 1, 2, 3 … without a gap
  Entry entry;
  std::string previous;  // the hash of the row before; 64 zeros in the first
  std::string hash;
};
Json to_json(const Row& row);  // for exports and readers

struct Filter {
  std::string actor, action, target;  // exact; empty: any
  std::optional<TimePoint> since{};
  std::int64_t limit = 100;
};

// How often an event may stand in the log since then, of an actor and of a target (empty: any).
struct Limit {
  Event event = Event::begun;
  std::string actor, target;
  TimePoint since{};
  std::int64_t most = 0;
  std::string refusal;  // for people: what is said where it is reached
};

// Where the log is kept. adapters/storage implements it.
class Log {
 public:
  virtual ~Log() = default;
  Async<Result<Row>> append(Entry entry) { return append_within(std::move(entry), {}); }
  // Appends after the last row, also where several processes do so at once. Where a limit is
  // reached it appends nothing: Errc::rate_limited with that limit's refusal. Of several at once
  // no more get in than a limit lets.
  virtual Async<Result<Row>> append_within(Entry entry, std::vector<Limit> limits) = 0;
  virtual Async<Result<std::vector<Row>>> list(Filter filter) = 0;  // newest first
  // Rows after that number, oldest first: for verifying and exporting page by page.
  virtual Async<Result<std::vector<Row>>> after(std::int64_t number, std::int64_t limit) = 0;
  // How many rows with that event there are since then, of an actor and of a target (empty: any).
  virtual Async<Result<std::int64_t>> count(Event event, std::string actor, std::string target,
                                            TimePoint since) = 0;
};

}  // namespace mtc::audit
