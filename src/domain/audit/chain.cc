#include "domain/audit/chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc::audit {
namespace {

constexpr std::int64_t kPage = 500;
constexpr std::size_t kMaxDetails = 16U << 10U;  // bytes

std::string tidy_text(std::string text, std::size_t bytes) {
  text = sanitize_utf8(text);
  std::erase(text, '\0');  // PostgreSQL keeps none
  return shorten_bytes(text, bytes);
}

Json tidy_details(Json details) {
  if (details.is_null()) return details;
  std::string text = dump_json(details);
  if (text.size() > kMaxDetails) return Json{{"shortened", shorten_bytes(text, kMaxDetails / 2)}};
  return parse_json(text).value_or(Json{{"unreadable", true}});
}

void put(std::string& out, std::string_view field) {
  fmt::format_to(std::back_inserter(out), "{}:", field.size());
  out += field;
  out += ',';
}

}  // namespace

const std::string& first_previous() {
  static const std::string zeros(64, '0');
  return zeros;
}

std::string tidy_target(std::string target) {
  return tidy_text(std::move(target), 500);
}

Entry tidy(Entry entry) {
  entry.actor = tidy_text(std::move(entry.actor), 255);
  entry.assurance = tidy_text(std::move(entry.assurance), 32);
  entry.channel = tidy_text(std::move(entry.channel), 64);
  entry.action = tidy_text(std::move(entry.action), 100);
  entry.target = tidy_target(std::move(entry.target));
  entry.plan = tidy_text(std::move(entry.plan), 64);
  entry.reason = tidy_text(std::move(entry.reason), 1000);
  entry.before = tidy_text(std::move(entry.before), 64);
  entry.after = tidy_text(std::move(entry.after), 64);
  entry.details = tidy_details(std::move(entry.details));
  return entry;
}

std::string hash_of(const Row& row, const Hasher& hasher) {
  const Entry& entry = row.entry;
  std::string text;
  put(text, "mtc-audit-1");  // which encoding this is
  put(text, std::to_string(row.number));
  put(text, std::to_string(entry.time.time_since_epoch().count()));
  put(text, entry.actor);
  put(text, entry.assurance);
  put(text, entry.channel);
  put(text, name_of(entry.event));
  put(text, entry.action);
  put(text, entry.target);
  put(text, entry.plan);
  put(text, entry.reason);
  put(text, entry.before);
  put(text, entry.after);
  // Members come out sorted.
  put(text, entry.details.is_null() ? "" : dump_json(entry.details));
  put(text, row.previous);
  return hasher.of(text);
}

Row next_row(const Row* last, Entry entry, const Hasher& hasher) {
  Row row{.number = last == nullptr ? 1 : last->number + 1,
          .entry = tidy(std::move(entry)),
          .previous = last == nullptr ? first_previous() : last->hash,
          .hash = {}};
  row.hash = hash_of(row, hasher);
  return row;
}

std::optional<Flaw> Verifier::check(const Row& row) {
  const auto expected = number_ + 1;
  if (row.number > expected) {
    return Flaw{.number = expected,
                .what = fmt::format("row {} is missing: {} follows {}", expected, row.number,
                                    number_ == 0 ? "nothing" : std::to_string(number_))};
  }
  if (row.number < expected) {
    return Flaw{.number = row.number,
                .what = fmt::format("row {} stands out of order", row.number)};
  }
  if (row.hash != hash_of(row, hasher_)) {
    return Flaw{.number = row.number,
                .what = fmt::format("row {} was changed: its hash does not fit", row.number)};
  }
  if (row.previous != previous_) {
    return Flaw{.number = row.number,
                .what = fmt::format("row {} does not follow the one before: rows were replaced or "
                                    "moved",
                                    row.number)};
  }
  number_ = row.number;
  previous_ = row.hash;
  return std::nullopt;
}

std::optional<Flaw> verify(std::span<const Row> rows, const Hasher& hasher) {
  Verifier verifier(hasher);
  for (const auto& row : rows) {
    if (auto flaw = verifier.check(row)) return flaw;
  }
  return std::nullopt;
}

Async<Result<Verification>> verify(Log& log, const Hasher& hasher) {
  Verifier verifier(hasher);
  for (std::int64_t last = 0;;) {
    const auto page = co_await log.after(last, kPage);
    if (!page) co_return fail(page.error());
    for (const auto& row : *page) {
      if (auto flaw = verifier.check(row)) {
        co_return Verification{
            .rows = verifier.rows(), .last_hash = verifier.last_hash(), .flaw = std::move(flaw)};
      }
    }
    if (page->empty()) break;
    last = page->back().number;
  }
  co_return Verification{.rows = verifier.rows(), .last_hash = verifier.last_hash()};
}

}  // namespace mtc::audit
