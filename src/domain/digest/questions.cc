#include "domain/digest/questions.h"

#include <algorithm>

namespace mtc::digest {
namespace {

using Kind = OpenQuestion::Kind;
using namespace std::chrono_literals;

constexpr std::size_t kMostOfAKind = 3;
constexpr std::int64_t kFewLines = 1000;  // below this, a change of volume means nothing
constexpr std::int64_t kTalkative = 100;  // lines a day below which silence means nothing
constexpr std::int64_t kPersistent = 10;  // errors of a new kind that make "still failing"
constexpr Millis kLately = 10min;

TimePoint end_of_data(const Digest& digest) {
  return digest.coverage.data_until ? std::min(*digest.coverage.data_until, digest.period.to)
                                    : digest.period.to;
}

void add_failures(const Digest& digest, std::vector<OpenQuestion>& out) {
  std::size_t added = 0;
  for (const auto& spike : digest.spikes) {
    if (added >= kMostOfAKind || !lasts_to_the_end(digest, spike)) continue;
    out.push_back({.kind = Kind::still_failing,
                   .service = spike.service,
                   .template_id = spike.template_id,
                   .count = spike.total});
    ++added;
  }
  const TimePoint lately = end_of_data(digest) - kLately;
  for (const auto& total : digest.new_templates) {
    const bool told = std::ranges::any_of(out, [&](const auto& one) {
      return one.kind == Kind::still_failing && one.service == total.service;
    });
    if (added >= kMostOfAKind || told || !logs::is_error(total.level) ||
        total.count < kPersistent || total.last < lately) {
      continue;
    }
    out.push_back({.kind = Kind::still_failing,
                   .service = total.service,
                   .template_id = total.id,
                   .count = total.count});
    ++added;
  }
}

void add_new_errors(const Digest& digest, std::vector<OpenQuestion>& out) {
  std::size_t added = 0;
  for (const auto& total : digest.new_templates) {
    if (added >= kMostOfAKind || !logs::is_error(total.level)) break;  // errors stand first
    // Already asked about as something that goes on.
    if (std::ranges::any_of(out, [&](const auto& one) { return one.template_id == total.id; }))
      continue;
    out.push_back({.kind = Kind::new_error,
                   .service = total.service,
                   .template_id = total.id,
                   .count = total.count});
    ++added;
  }
}

void add_silent_services(const Digest& digest, const History& history,
                         std::vector<OpenQuestion>& out) {
  // What was not read may have held the service's lines.
  if (!digest.coverage.missing.empty() || !digest.coverage.totals_exact) return;
  std::size_t added = 0;
  for (const auto& usual : history.usual_services) {
    if (usual.service.empty() || usual.lines < kTalkative || added >= kMostOfAKind) continue;
    const bool wrote = std::ranges::any_of(digest.services, [&](const auto& one) {
      return one.service == usual.service && one.lines > 0;
    });
    if (wrote) continue;
    out.push_back({.kind = Kind::silent_service, .service = usual.service, .count = usual.lines});
    ++added;
  }
}

void add_volume(const Digest& digest, std::vector<OpenQuestion>& out) {
  if (!digest.coverage.missing.empty()) return;
  const auto& reference = digest.usual_weekday ? digest.usual_weekday : digest.previous_day;
  if (!reference || std::max(reference->lines, digest.lines()) < kFewLines) return;
  if (reference->lines <= 0) return;
  const double ratio = static_cast<double>(digest.lines()) / static_cast<double>(reference->lines);
  if (ratio < 2 && ratio > 0.5) return;
  out.push_back({.kind = Kind::volume_change, .count = digest.lines(), .ratio = ratio});
}

}  // namespace

bool lasts_to_the_end(const Digest& digest, const Spike& spike) {
  return spike.to + 2 * spike.width >= end_of_data(digest);
}

std::vector<OpenQuestion> open_questions(const Digest& digest, const History& history) {
  std::vector<OpenQuestion> out;
  add_failures(digest, out);
  add_new_errors(digest, out);
  add_silent_services(digest, history, out);
  add_volume(digest, out);
  if (!digest.coverage.missing.empty() || digest.coverage.data_until) {
    out.push_back({.kind = Kind::incomplete_data,
                   .count = static_cast<std::int64_t>(digest.coverage.missing.size())});
  }
  return out;
}

}  // namespace mtc::digest
