#include "domain/narration/measured_facts.h"

#include <algorithm>
#include <cmath>

#include "base/characters.h"
#include "base/zone.h"
#include "domain/digest/period.h"

namespace mtc::narration {
namespace {

using digest::Digest;

class Collector {
 public:
  explicit Collector(const Digest& digest) : digest_(digest), zone_(digest::zone_of(digest)) {}

  std::vector<Fact> collect() {
    add_totals();
    add_things();
    add_services();
    for (const auto* reference : {&digest_.previous_day, &digest_.usual_weekday}) {
      if (*reference) add_reference(**reference);
    }
    for (const auto& total : digest_.top_errors) add_template(total);
    for (const auto& total : digest_.new_templates) add_template(total);
    for (const auto& spike : digest_.spikes) add_spike(spike);
    for (const auto& question : digest_.questions) add_question(question);
    add_bounds();
    return std::move(facts_);
  }

 private:
  void add(Fact fact) {
    const bool empty = fact.quantity == Quantity::count && fact.value <= 0;
    if (std::isfinite(fact.value) && !empty) facts_.push_back(std::move(fact));
  }
  void add_count(Subject subject, std::int64_t value, const std::string& owner = {},
                 Basis basis = Basis::period) {
    add({.value = static_cast<double>(value), .subject = subject, .owner = owner, .basis = basis});
  }
  void add_share(Subject subject, std::int64_t part, std::int64_t whole,
                 const std::string& owner = {}) {
    if (whole <= 0 || part <= 0) return;
    add({.quantity = Quantity::percent,
         .value = 100.0 * static_cast<double>(part) / static_cast<double>(whole),
         .subject = subject,
         .owner = owner});
  }

  void add_moment(TimePoint time, const std::string& owner = {}, Basis basis = Basis::period) {
    if (time == TimePoint{}) return;
    const CivilTime civil = zone_.civil(time);
    const auto add_number = [&](Quantity quantity, double value) {
      add({.quantity = quantity, .value = value, .owner = owner, .basis = basis});
    };
    add_number(Quantity::clock, civil.hour * 60 + civil.minute);
    for (const double part : {static_cast<double>(civil.year), static_cast<double>(civil.month),
                              static_cast<double>(civil.day)}) {
      add({.quantity = Quantity::calendar, .value = part});
    }
    add({.quantity = Quantity::weekday, .value = static_cast<double>(civil.weekday)});
  }
  void add_duration(double seconds, const std::string& owner = {}) {
    add({.quantity = Quantity::duration, .value = seconds, .owner = owner});
  }
  void add_span(TimePoint from, TimePoint to, const std::string& owner = {},
                Basis basis = Basis::period) {
    add_moment(from, owner, basis);
    add_moment(to, owner, basis);
    const double seconds = static_cast<double>((to - from).count()) / 1000;
    if (seconds <= 0) return;
    add_duration(seconds, owner);
    add_duration(seconds + 60, owner);  // its last minute included
  }

  void add_totals() {
    add_count(Subject::lines, digest_.lines());
    add_count(Subject::lines, digest_.coverage.lines_read);
    add_share(Subject::lines, digest_.coverage.lines_read, digest_.lines());
    for (std::size_t i = 0; i < logs::kLevels; ++i) {
      const auto level = static_cast<logs::Level>(i);
      add_count(logs::is_error(level)        ? Subject::errors
                : level == logs::Level::warn ? Subject::warnings
                                             : Subject::lines,
                digest_.by_level[i]);
    }
    add_count(Subject::errors, digest_.errors());
    add_share(Subject::errors, digest_.errors(), digest_.lines());
    add_share(Subject::warnings, digest_.warnings(), digest_.lines());
  }

  void add_things() {
    const auto failing = static_cast<std::size_t>(std::ranges::count_if(
        digest_.services, [](const auto& service) { return service.errors > 0; }));
    for (const auto size :
         {digest_.services.size(), digest_.top_errors.size(), digest_.new_templates.size(),
          digest_.spikes.size(), digest_.questions.size(), digest_.coverage.missing.size(),
          static_cast<std::size_t>(digest_.template_count), failing}) {
      add_count(Subject::things, static_cast<std::int64_t>(size));
    }
  }

  void add_services() {
    for (const auto& service : digest_.services) {
      add_count(Subject::lines, service.lines, service.service);
      add_count(Subject::errors, service.errors, service.service);
      add_count(Subject::warnings, service.warnings, service.service);
      add_share(Subject::errors, service.errors, digest_.errors(), service.service);
      add_share(Subject::errors, service.errors, service.lines, service.service);
      add_share(Subject::lines, service.lines, digest_.lines(), service.service);
    }
  }

  void add_change(Subject subject, std::int64_t now, std::int64_t then) {
    add_count(subject, then, {}, Basis::another_time);
    if (then <= 0) return;
    const double ratio = static_cast<double>(now) / static_cast<double>(then);
    const int direction = now > then ? 1 : now < then ? -1 : 0;
    const auto add_figure = [&](Quantity quantity, double value, Basis basis) {
      add({.quantity = quantity,
           .value = value,
           .subject = subject,
           .direction = direction,
           .basis = basis});
    };
    add_figure(Quantity::percent, std::fabs(ratio - 1) * 100, Basis::period);
    add_figure(Quantity::count, std::fabs(static_cast<double>(now - then)), Basis::another_time);
    add_figure(Quantity::times, ratio, Basis::period);
    // 多了一倍 is twice as many
    if (ratio > 1) add_figure(Quantity::times, ratio - 1, Basis::period);
  }
  void add_reference(const digest::Reference& reference) {
    add_change(Subject::lines, digest_.lines(), reference.lines);
    add_change(Subject::errors, digest_.errors(), reference.errors);
  }

  void add_template(const digest::TemplateTotal& total) {
    const bool error = logs::is_error(total.level);
    add_count(error ? Subject::errors : Subject::lines, total.count, total.service);
    if (error) add_share(Subject::errors, total.count, digest_.errors(), total.service);
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
      add_count(Subject::code, code);
    }
  }

  void add_spike(const digest::Spike& spike) {
    add_count(Subject::errors, spike.count, spike.service, Basis::worst_minute);
    if (spike.usual > 0) {
      add({.quantity = Quantity::times,
           .value = static_cast<double>(spike.count) / spike.usual,
           .subject = Subject::errors,
           .owner = spike.service,
           .direction = 1,
           .basis = Basis::worst_minute});
      for (const double usual : {spike.usual, std::round(spike.usual)}) {
        add({.value = usual,
             .subject = Subject::errors,
             .owner = spike.service,
             .basis = Basis::another_time});
      }
    }
    add_duration(60, spike.service);  // "in one minute": what the count is of
    add_moment(spike.minute, spike.service);
    add_span(spike.from, spike.to, spike.service);
  }

  void add_question(const digest::OpenQuestion& question) {
    using Kind = digest::OpenQuestion::Kind;
    const bool of_errors = question.kind == Kind::new_error || question.kind == Kind::still_failing;
    const Subject subject = of_errors                                ? Subject::errors
                            : question.kind == Kind::incomplete_data ? Subject::things
                                                                     : Subject::lines;
    add_count(subject, question.count, question.service,
              question.kind == Kind::silent_service ? Basis::another_time : Basis::period);
    if (question.ratio <= 0) return;
    const auto add_figure = [&](Quantity quantity, double value, int direction) {
      add({.quantity = quantity,
           .value = value,
           .subject = subject,
           .owner = question.service,
           .direction = direction});
    };
    const int direction = question.ratio > 1 ? 1 : -1;
    add_figure(Quantity::times, question.ratio, direction);
    add_figure(Quantity::percent, std::fabs(question.ratio - 1) * 100, direction);
    add_figure(Quantity::percent, question.ratio * 100, 0);
  }

  void add_bounds() {
    add_span(digest_.period.from, digest_.period.to, {}, Basis::bounds);
    add_moment(digest_.period.to - Millis{1}, {}, Basis::bounds);
    add_moment(digest_.created, {}, Basis::bounds);
    if (digest_.coverage.data_until) add_moment(*digest_.coverage.data_until, {}, Basis::bounds);
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
