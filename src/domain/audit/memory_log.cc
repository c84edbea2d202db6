#include "domain/audit/memory_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/audit/chain.h"

namespace mtc::audit {
namespace {

bool fits(const std::string& wanted, const std::string& text) {
  return wanted.empty() || wanted == text;
}

std::unexpected<Error> away() {
  return fail(Errc::unavailable, "the audit log cannot be reached");
}

}  // namespace

// FNV-1a, four times with different beginnings.
std::string PlainHasher::of(std::string_view bytes) const {
  std::string out;
  for (std::uint64_t part = 0; part < 4; ++part) {
    std::uint64_t hash = 0xcbf29ce484222325U + part;
    for (const unsigned char c : bytes) hash = (hash ^ c) * 0x100000001b3U;
    out += fmt::format("{:016x}", hash);
  }
  return out;
}

std::int64_t MemoryLog::count_now(Event event, const std::string& actor, const std::string& target,
                                  TimePoint since) const {
  return std::ranges::count_if(rows, [&](const Row& row) {
    return row.entry.event == event && fits(actor, row.entry.actor) &&
           fits(tidy_target(target), row.entry.target) && row.entry.time >= since;
  });
}

Async<Result<Row>> MemoryLog::append_within(Entry entry, std::vector<Limit> limits) {
  if (broken) co_return away();
  for (const Limit& limit : limits) {
    if (count_now(limit.event, limit.actor, limit.target, limit.since) >= limit.most) {
      co_return fail(Errc::rate_limited, limit.refusal);
    }
  }
  rows.push_back(next_row(rows.empty() ? nullptr : &rows.back(), std::move(entry), *hasher_));
  co_return rows.back();
}

Async<Result<std::vector<Row>>> MemoryLog::list(Filter filter) {
  if (broken) co_return away();
  filter.target = tidy_target(std::move(filter.target));
  std::vector<Row> out;
  for (auto it = rows.rbegin(); it != rows.rend() && std::ssize(out) < filter.limit; ++it) {
    const Entry& entry = it->entry;
    if (fits(filter.actor, entry.actor) && fits(filter.action, entry.action) &&
        fits(filter.target, entry.target) && (!filter.since || entry.time >= *filter.since)) {
      out.push_back(*it);
    }
  }
  co_return out;
}

Async<Result<std::vector<Row>>> MemoryLog::after(std::int64_t number, std::int64_t limit) {
  if (broken) co_return away();
  std::vector<Row> out;
  for (const auto& row : rows) {
    if (row.number > number && std::ssize(out) < limit) out.push_back(row);
  }
  co_return out;
}

Async<Result<std::int64_t>> MemoryLog::count(Event event, std::string actor, std::string target,
                                             TimePoint since) {
  if (broken) co_return away();
  co_return count_now(event, actor, target, since);
}

std::vector<std::string> MemoryLog::events() const {
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.emplace_back(name_of(row.entry.event));
  return out;
}

}  // namespace mtc::audit
