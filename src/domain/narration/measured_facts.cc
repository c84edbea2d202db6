#include "domain/narration/measured_facts.h"

#include <cmath>

#include "base/zone.h"
#include "domain/narration/characters.h"

namespace mtc::narration {
namespace {

using digest::Digest;

class Collector {
 public:
  explicit Collector(const Digest& digest)
      : digest_(digest), zone_(Zone::find(digest.zone).value_or(Zone::shanghai())) {}

  std::vector<Fact> collect() {
    add_totals();
    add_services();
    for (const auto* reference : {&digest_.previous_day, &digest_.usual_weekday}) {
      if (*reference) add_reference(**reference);
    }
    for (const auto& total : digest_.top_errors) add_template(total);
    for (const auto& total : digest_.new_templates) add_template(total);
    for (const auto& spike : digest_.spikes) add_spike(spike);
    for (const auto& keyword : digest_.keywords) {
      facts_.push_back({.quantity = Quantity::count,
                        .value = static_cast<double>(keyword.count),
                        .word = keyword.word});
    }
    for (const auto& question : digest_.questions) add_question(question);
    add_times();
    return std::move(facts_);
  }

 private:
  void add(Quantity quantity, double value, const std::string& owner = {}, int direction = 0) {
    if (std::isfinite(value))
      facts_.push_back(
          {.quantity = quantity, .value = value, .owner = owner, .direction = direction});
  }
  void add(Quantity quantity, std::int64_t value, const std::string& owner = {}) {
    add(quantity, static_cast<double>(value), owner);
  }
  void add_size(std::size_t size) { add(Quantity::count, static_cast<double>(size)); }
  void add_share(std::int64_t part, std::int64_t whole, const std::string& owner = {}) {
    if (whole > 0)
      add(Quantity::percent, 100.0 * static_cast<double>(part) / static_cast<double>(whole), owner);
  }

  void add_moment(TimePoint time, const std::string& owner = {}) {
    if (time == TimePoint{}) return;
    const CivilTime civil = zone_.civil(time);
    add(Quantity::clock, static_cast<double>(civil.hour * 60 + civil.minute), owner);
    add(Quantity::calendar, static_cast<double>(civil.year));
    add(Quantity::calendar, static_cast<double>(civil.month));
    add(Quantity::calendar, static_cast<double>(civil.day));
    add(Quantity::weekday, static_cast<double>(civil.weekday));
  }
  void add_span(TimePoint from, TimePoint to, const std::string& owner = {}) {
    add_moment(from, owner);
    add_moment(to, owner);
    const double seconds = static_cast<double>((to - from).count()) / 1000;
    if (seconds <= 0) return;
    add(Quantity::duration, seconds, owner);
    add(Quantity::duration, seconds + 60, owner);  // its last minute included
  }

  void add_totals() {
    add(Quantity::count, digest_.coverage.lines_total);
    add(Quantity::count, digest_.coverage.lines_read);
    add_share(digest_.coverage.lines_read, digest_.coverage.lines_total);
    for (const auto count : digest_.by_level) {
      if (count > 0) add(Quantity::count, count);
    }
    add(Quantity::count, digest_.errors());
    add(Quantity::count, digest_.warnings());
    add_share(digest_.errors(), digest_.lines());
    add_share(digest_.warnings(), digest_.lines());
    add(Quantity::count, digest_.template_count);
    for (const auto size :
         {digest_.services.size(), digest_.top_errors.size(), digest_.new_templates.size(),
          digest_.spikes.size(), digest_.questions.size(), digest_.coverage.missing.size()}) {
      if (size > 0) add_size(size);
    }
  }

  void add_services() {
    std::int64_t failing = 0;
    for (const auto& service : digest_.services) {
      add(Quantity::count, service.lines, service.service);
      add(Quantity::count, service.errors, service.service);
      add(Quantity::count, service.warnings, service.service);
      add_share(service.errors, digest_.errors(), service.service);
      add_share(service.errors, service.lines, service.service);
      add_share(service.lines, digest_.lines(), service.service);
      failing += service.errors > 0 ? 1 : 0;
    }
    if (failing > 0) add(Quantity::count, failing);
  }

  void add_reference_count(double value, const std::string& owner = {}) {
    facts_.push_back(
        {.quantity = Quantity::count, .value = value, .owner = owner, .is_reference = true});
  }

  void add_change(std::int64_t now, std::int64_t then) {
    add_reference_count(static_cast<double>(then));
    if (then <= 0) return;
    const double ratio = static_cast<double>(now) / static_cast<double>(then);
    const int direction = now > then ? 1 : now < then ? -1 : 0;
    add(Quantity::percent, std::fabs(ratio - 1) * 100, {}, direction);
    facts_.push_back({.quantity = Quantity::count,
                      .value = std::fabs(static_cast<double>(now - then)),
                      .direction = direction,
                      .is_reference = true});
    add(Quantity::times, ratio, {}, direction);
    if (ratio > 1) add(Quantity::times, ratio - 1, {}, direction);  // 多了一倍 is twice as many
  }
  void add_reference(const digest::Reference& reference) {
    add_change(digest_.lines(), reference.lines);
    add_change(digest_.errors(), reference.errors);
    if (reference.periods > 1) add(Quantity::count, static_cast<double>(reference.periods));
  }

  void add_template(const digest::TemplateTotal& total) {
    add(Quantity::count, total.count, total.service);
    add_share(total.count, digest_.errors(), total.service);
    add_span(total.first, total.last, total.service);
    add_codes(total.text);
  }

  void add_codes(std::string_view text) {
    for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
      const bool alone = !is_alnum(before_or_zero(text, i)) && !is_alnum(at_or_zero(text, i + 3));
      if (!alone || (text[i] != '4' && text[i] != '5') || !is_digit(text[i + 1]) ||
          !is_digit(text[i + 2]))
        continue;
      const int code = (text[i] - '0') * 100 + (text[i + 1] - '0') * 10 + (text[i + 2] - '0');
      facts_.push_back(
          {.quantity = Quantity::count, .value = static_cast<double>(code), .is_code = true});
    }
  }

  void add_spike(const digest::Spike& spike) {
    add(Quantity::count, spike.count, spike.service);
    if (spike.usual > 0) {
      add(Quantity::times, static_cast<double>(spike.count) / spike.usual, spike.service, 1);
      add_reference_count(spike.usual, spike.service);
      add_reference_count(std::round(spike.usual), spike.service);
    }
    add(Quantity::duration, 60.0, spike.service);  // "in one minute": what the count is of
    add_moment(spike.minute, spike.service);
    add_span(spike.from, spike.to, spike.service);
  }

  void add_question(const digest::OpenQuestion& question) {
    if (question.count > 0) add(Quantity::count, question.count, question.service);
    if (question.ratio <= 0) return;
    const int direction = question.ratio > 1 ? 1 : -1;
    add(Quantity::times, question.ratio, question.service, direction);
    add(Quantity::percent, std::fabs(question.ratio - 1) * 100, question.service, direction);
    add(Quantity::percent, question.ratio * 100, question.service);
  }

  void add_times() {
    add_span(digest_.period.from, digest_.period.to);
    add_moment(digest_.period.to - Millis{1});
    add_moment(digest_.created);
    if (digest_.coverage.data_until) add_moment(*digest_.coverage.data_until);
  }

  const Digest& digest_;
  Zone zone_;
  std::vector<Fact> facts_;
};

}  // namespace

std::vector<Fact> measured_facts(const digest::Digest& digest) {
  return Collector(digest).collect();
}

bool supports(const Fact& fact, const Reading& reading) {
  constexpr double kEpsilon = 1e-6;
  return fact.quantity == reading.quantity && fact.value >= reading.low - kEpsilon &&
         fact.value <= reading.high + kEpsilon;
}

}  // namespace mtc::narration
