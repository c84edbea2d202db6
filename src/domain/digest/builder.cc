#include "domain/digest/builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "domain/digest/flat_map.h"
#include "domain/digest/hours.h"
#include "domain/digest/keywords.h"
#include "domain/digest/known_templates.h"
#include "domain/digest/questions.h"
#include "domain/digest/spike_owners.h"
#include "domain/digest/timeline.h"
#include "domain/logs/template_miner.h"

namespace mtc::digest {
namespace {

using logs::Level;

constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::size_t kErrorExample = 500;  // bytes kept of one message
constexpr std::size_t kOtherExample = 200;
constexpr std::size_t kServiceName = 120;
constexpr std::size_t kMostMissing = 20;

enum class Severity : std::uint8_t { lower, warning, error };

Severity severity_of(Level level) {
  if (logs::is_error(level)) return Severity::error;
  return level == Level::warn ? Severity::warning : Severity::lower;
}

// Times before 1970 and after the year 9999 are as good as none: no log has them, and calendars end
// there.
bool has_time(TimePoint time) {
  constexpr TimePoint kEnd = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  return time > TimePoint{} && time < kEnd;
}

struct Service {
  std::string name;
  std::array<std::int64_t, logs::kLevels> by_level{};
};

// Lines of one service, one template and one severity.
struct Entry {
  std::uint32_t service = 0;
  logs::TemplateId template_id = 0;
  Severity severity = Severity::lower;
  Level level = Level::unknown;  // the highest seen
  std::int64_t count = 0;
  TimePoint first{};
  TimePoint last{};
  std::string example;
};

void widen(TimePoint& first, TimePoint& last, TimePoint from, TimePoint to) {
  if (!has_time(from)) return;
  if (!has_time(first) || from < first) first = from;
  if (!has_time(last) || to > last) last = to;
}

struct ServiceHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Text that may be shown and stored: valid UTF-8 of at most that many bytes.
std::string clean(std::string_view text, std::size_t bytes) {
  return shorten_bytes(sanitize_utf8(text.substr(0, bytes * 2)), bytes);
}

}  // namespace

struct DigestBuilder::State {
  explicit State(BuilderOptions given)
      : options(std::move(given)),
        miner(logs::TemplateMiner::Options{.max_templates = options.max_templates}) {}

  BuilderOptions options;
  logs::TemplateMiner miner;
  std::vector<Service> services;
  std::unordered_map<std::string, std::uint32_t, ServiceHash, std::equal_to<>> service_index;
  std::uint32_t last_service = kNone;
  std::vector<Entry> entries;
  FlatMap<std::uint32_t> entry_index;  // value: place in entries + 1
  Timeline timeline;
  Timeline counted;  // from add_minute_errors
  bool has_counted = false;
  std::int64_t lines_read = 0;
  std::int64_t lines_counted = 0;
  std::int64_t lines_unread = 0;
  TimePoint first{};
  TimePoint last{};
  Coverage coverage;
  Remembered remembered;

  std::uint32_t service_of(std::string_view name);
  std::uint32_t entry_of(std::uint32_t service, logs::TemplateId id, Severity severity);
  void mine(const logs::LogLine& line, std::uint32_t service);

  // What the course over time rests on.
  const Timeline& course() const { return has_counted ? counted : timeline; }

  void join_templates();
  void set_period(Digest& digest) const;
  void fill_totals(Digest& digest) const;
  void fill_templates(Digest& digest);
  void fill_keywords(Digest& digest) const;
  void fill_spikes(Digest& digest) const;
  TemplateTotal total_of(const Entry& entry, const std::string& text) const;

  std::vector<std::uint32_t> joined;  // place in entries → place of the entry it was joined into
  std::map<std::uint32_t, std::string> texts;  // by template
  std::size_t groups = 0;
};

std::uint32_t DigestBuilder::State::service_of(std::string_view name) {
  if (last_service != kNone && services[last_service].name == name) return last_service;
  const auto found = service_index.find(name);
  if (found != service_index.end()) return last_service = found->second;
  if (services.size() >= options.max_services && name != kOtherServices) {
    return service_of(kOtherServices);
  }
  // Names come from outside: one that had to be cut or mended is looked up again under what it
  // became.
  std::string kept = clean(name, kServiceName);
  const auto [at, is_new] =
      service_index.try_emplace(kept, static_cast<std::uint32_t>(services.size()));
  if (is_new) services.push_back({.name = std::move(kept)});
  return last_service = at->second;
}

std::uint32_t DigestBuilder::State::entry_of(std::uint32_t service, logs::TemplateId id,
                                             Severity severity) {
  const std::uint64_t key =
      std::uint64_t{service} << 34 | std::uint64_t{id} << 2 | static_cast<std::uint64_t>(severity);
  if (const auto* found = entry_index.find(key)) return *found - 1;
  // The last quarter is kept for warnings and errors, which are what the digest is about.
  const std::size_t room =
      severity == Severity::lower ? options.max_templates / 4 * 3 : options.max_templates;
  if (entries.size() >= room) return kNone;
  entries.push_back({.service = service, .template_id = id, .severity = severity});
  const auto place = static_cast<std::uint32_t>(entries.size());
  entry_index[key] = place;
  return place - 1;
}

void DigestBuilder::State::mine(const logs::LogLine& line, std::uint32_t service) {
  ++lines_read;
  const logs::TemplateId id = miner.add(line.message);
  const Severity severity = severity_of(line.level);
  const std::uint32_t place = entry_of(service, id, severity);
  if (place != kNone) {
    Entry& entry = entries[place];
    if (entry.count++ == 0) {
      entry.example = prefix_of_bytes(
          line.message, severity == Severity::error ? kErrorExample * 2 : kOtherExample);
    }
    entry.level = std::max(entry.level, line.level);
    widen(entry.first, entry.last, line.time, line.time);
  }
  if (!has_time(line.time)) return;
  widen(first, last, line.time, line.time);
  if (severity != Severity::error) {
    timeline.add_line(line.time);
  } else if (place != kNone) {
    timeline.add_error(line.time, place);
  } else {
    timeline.add_errors(line.time, 1);
  }
}

// The miner may have joined groups since: what was counted under several ids becomes one entry.
void DigestBuilder::State::join_templates() {
  joined.resize(entries.size());
  FlatMap<std::uint32_t> by_group;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    entry.template_id = miner.resolve(entry.template_id);
    const std::uint64_t key = std::uint64_t{entry.service} << 34 |
                              std::uint64_t{entry.template_id} << 2 |
                              static_cast<std::uint64_t>(entry.severity);
    std::uint32_t& place = by_group[key];
    if (place == 0) place = i + 1;
    joined[i] = place - 1;
    if (joined[i] == i) continue;
    Entry& into = entries[joined[i]];
    into.count += entry.count;
    into.level = std::max(into.level, entry.level);
    widen(into.first, into.last, entry.first, entry.last);
    entry.count = 0;
  }
  for (const auto& entry : entries) {
    if (entry.count > 0 && !texts.contains(entry.template_id)) {
      texts[entry.template_id] = clean(miner.text(entry.template_id), 1000);
    }
  }
  groups = texts.size();
}

void DigestBuilder::State::set_period(Digest& digest) const {
  if (options.period) {
    digest.period = *options.period;
  } else if (has_time(first)) {
    digest.period = {.from = first, .to = last + Millis(1)};
  }
}

void DigestBuilder::State::fill_totals(Digest& digest) const {
  digest.coverage = coverage;
  digest.coverage.lines_read = lines_read;
  digest.coverage.lines_total = lines_counted + lines_unread;
  if (lines_unread > 0) digest.coverage.totals_exact = false;
  for (const auto& service : services) {
    ServiceTotal total{.service = service.name};
    for (std::size_t level = 0; level < logs::kLevels; ++level) {
      const std::int64_t count = service.by_level[level];
      digest.by_level[level] += count;
      total.lines += count;
      if (logs::is_error(static_cast<Level>(level))) total.errors += count;
      if (static_cast<Level>(level) == Level::warn) total.warnings += count;
    }
    if (total.lines > 0) digest.services.push_back(std::move(total));
  }
  std::ranges::sort(digest.services, [](const ServiceTotal& a, const ServiceTotal& b) {
    if (a.errors != b.errors) return a.errors > b.errors;
    return a.lines != b.lines ? a.lines > b.lines : a.service < b.service;
  });
}

TemplateTotal DigestBuilder::State::total_of(const Entry& entry, const std::string& text) const {
  const std::string& service = services[entry.service].name;
  return {.id = template_id(service, text),
          .text = text,
          .service = service,
          .level = entry.level,
          .count = entry.count,
          .first = entry.first,
          .last = entry.last,
          .example = clean(entry.example, kErrorExample)};
}

void DigestBuilder::State::fill_templates(Digest& digest) {
  std::vector<const Entry*> order;
  for (const auto& entry : entries) {
    if (entry.count > 0) order.push_back(&entry);
  }
  std::ranges::sort(order, [this](const Entry* a, const Entry* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    if (a->count != b->count) return a->count > b->count;
    return texts.at(a->template_id) < texts.at(b->template_id);
  });
  std::optional<KnownTemplates> known;
  if (options.history.known_templates) known.emplace(*options.history.known_templates);
  digest.has_history = known.has_value();
  std::unordered_set<std::string> told;
  for (const auto* entry : order) {
    const std::string& text = texts.at(entry->template_id);
    const std::string& service = services[entry->service].name;
    const std::string id = template_id(service, text);
    // Entries of the higher severity come first; the same template at a lower one is the same
    // template.
    if (!told.insert(id).second) continue;
    remembered.templates.push_back({.id = id, .service = service, .text = text});
    auto& list = entry->severity == Severity::error ? digest.top_errors : digest.frequent;
    if (list.size() < options.top) list.push_back(total_of(*entry, text));
    if (known && digest.new_templates.size() < options.top && !known->contains(id, service, text)) {
      digest.new_templates.push_back(total_of(*entry, text));
    }
  }
  std::ranges::sort(digest.frequent, [](const TemplateTotal& a, const TemplateTotal& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  digest.template_count = static_cast<std::int64_t>(groups);
}

void DigestBuilder::State::fill_keywords(Digest& digest) const {
  // A night without errors is described by its warnings.
  const Severity bad =
      std::ranges::any_of(entries,
                          [](const Entry& entry) { return entry.severity == Severity::error; })
          ? Severity::error
          : Severity::warning;
  std::vector<WeightedText> texts_with_weight;
  for (const auto& entry : entries) {
    if (entry.count == 0) continue;
    texts_with_weight.push_back({.text = texts.at(entry.template_id),
                                 .count = entry.count,
                                 .error = entry.severity >= bad});
  }
  digest.keywords = find_keywords(texts_with_weight, options.top);
}

void DigestBuilder::State::fill_spikes(Digest& digest) const {
  ErrorCourse input{.errors = timeline, .counted = has_counted ? &counted : nullptr};
  // A period that was asked for is judged as a whole, with its empty minutes.
  if (options.period) {
    input.within =
        std::pair(digest.period.from,
                  std::min(coverage.data_until.value_or(digest.period.to), digest.period.to));
  }
  for (const std::uint32_t place : joined) {
    input.sources.push_back({.entry = place, .service = entries[place].service});
  }
  input.service_name = [this](std::uint32_t service) { return services[service].name; };
  input.template_id = [this](std::uint32_t place) {
    const Entry& entry = entries[place];
    return template_id(services[entry.service].name, texts.at(entry.template_id));
  };
  digest.spikes = spikes_of(input);
  if (digest.spikes.size() > options.top) digest.spikes.resize(options.top);
}

DigestBuilder::DigestBuilder(BuilderOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
DigestBuilder::~DigestBuilder() = default;
DigestBuilder::DigestBuilder(DigestBuilder&&) noexcept = default;
DigestBuilder& DigestBuilder::operator=(DigestBuilder&&) noexcept = default;

void DigestBuilder::add(const logs::LogLine& line) {
  State& s = *state_;
  const std::uint32_t service = s.service_of(line.service);
  ++s.services[service].by_level[static_cast<std::size_t>(line.level)];
  ++s.lines_counted;
  s.mine(line, service);
}

void DigestBuilder::add_uncounted(const logs::LogLine& line) {
  state_->mine(line, state_->service_of(line.service));
}

void DigestBuilder::add_totals(std::string_view service, Level level, std::int64_t lines) {
  if (lines <= 0) return;
  State& s = *state_;
  s.services[s.service_of(service)].by_level[static_cast<std::size_t>(level)] += lines;
  s.lines_counted += lines;
}

void DigestBuilder::add_minute_errors(TimePoint minute, std::int64_t errors) {
  state_->has_counted = true;
  state_->counted.add_errors(minute, errors);
}

void DigestBuilder::set_history(History history) {
  state_->options.history = std::move(history);
}
void DigestBuilder::note_missing(std::string_view what) {
  auto& missing = state_->coverage.missing;
  if (missing.size() < kMostMissing) missing.push_back(clean(what, 300));
}
void DigestBuilder::set_data_until(TimePoint time) {
  state_->coverage.data_until = time;
}
void DigestBuilder::note_errors_incomplete() {
  state_->coverage.errors_complete = false;
}
void DigestBuilder::note_totals_incomplete() {
  state_->coverage.totals_exact = false;
}
void DigestBuilder::add_unread(std::int64_t lines) {
  state_->lines_unread += std::max<std::int64_t>(lines, 0);
}

Digest DigestBuilder::finish() {
  State& s = *state_;
  s.join_templates();
  Digest digest{.id = s.options.id, .scope = s.options.scope};
  digest.zone = s.options.zone.name();
  digest.created = s.options.created;
  digest.previous_day = s.options.history.previous_day;
  digest.usual_weekday = s.options.history.usual_weekday;
  s.set_period(digest);
  s.fill_totals(digest);
  s.fill_templates(digest);
  s.fill_keywords(digest);
  s.fill_spikes(digest);
  fill_hours(s.course(), s.options.zone, digest);
  digest.questions = open_questions(digest, s.options.history);
  s.remembered.totals = {.day = s.options.zone.day_of(digest.period.from),
                         .lines = digest.lines(),
                         .errors = digest.errors(),
                         .services = digest.services};
  return digest;
}

Remembered DigestBuilder::remembered() const {
  return state_->remembered;
}

}  // namespace mtc::digest
