// What chains the rows of the audit log: the hash of a row covers its number, all its fields and
// the hash of the row before, so that a row which was changed, removed or moved does not fit any
// more.
//
// Rows removed from the end leave a chain that fits. Who wants to notice that notes number and hash
// of the last row elsewhere from time to time and compares.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/async.h"
#include "base/result.h"
#include "domain/audit/hasher.h"
#include "domain/audit/log.h"

namespace mtc::audit {

// What the first row has for the hash of the row before: 64 zeros.
const std::string& first_previous();

// As it is kept: valid UTF-8 without NUL, no member longer than its column. Hashed is what is kept.
Entry tidy(Entry entry);
// What becomes of a target: for comparing one with those that are kept.
std::string tidy_target(std::string target);

// The row that follows `last` (null: the first).
Row next_row(const Row* last, Entry entry, const Hasher& hasher);

// Each field stands behind its length, so that no two rows have the same text; `hash` is not part
// of it.
std::string hash_of(const Row& row, const Hasher& hasher);

// The first row that does not fit.
struct Flaw {
  std::int64_t number = 0;
  std::string what;  // for people: "it was changed", "row 7 is missing"
};

// Takes rows from the first on, page by page.
class Verifier {
 public:
  explicit Verifier(const Hasher& hasher) : hasher_(hasher) {}
  std::optional<Flaw> check(const Row& row);
  std::int64_t rows() const { return number_; }
  const std::string& last_hash() const { return previous_; }

 private:
  const Hasher& hasher_;
  std::int64_t number_ = 0;
  std::string previous_ = first_previous();
};

std::optional<Flaw> verify(std::span<const Row> rows, const Hasher& hasher);

struct Verification {
  std::int64_t rows = 0;
  std::string last_hash;
  std::optional<Flaw> flaw{};
};

// The whole log, page by page.
Async<Result<Verification>> verify(Log& log, const Hasher& hasher);

}  // namespace mtc::audit
