#include "domain/digest/builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "domain/digest/flat_map.h"
#include "domain/digest/keywords.h"
#include "domain/digest/questions.h"
#include "domain/digest/spikes.h"
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
constexpr std::size_t kMostHours = 96;  // bars of the picture
constexpr double kStandsOut = 0.6;      // share of a rise that makes it one service's

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

// Is a template among those of earlier days? By id, and by text where it read differently then.
class KnownTemplates {
 public:
  explicit KnownTemplates(const std::vector<KnownTemplate>& known) {
    for (const auto& one : known) {
      ids_.insert(one.id);
      if (one.text.find("<*>") == std::string::npos) continue;
      with_variables_[shape(one.service, one.text)].push_back(&one);
    }
    for (const auto& one : known) by_shape_[shape(one.service, one.text)].push_back(&one);
  }

  bool contains(const std::string& id, std::string_view service, std::string_view text) const {
    if (ids_.contains(id)) return true;
    // A text without variable parts can only be kin to one that has some.
    const auto& pool = text.find("<*>") == std::string_view::npos ? with_variables_ : by_shape_;
    const auto at = pool.find(shape(service, text));
    return at != pool.end() && std::ranges::any_of(at->second, [&](const KnownTemplate* one) {
             return same_template(one->text, text);
           });
  }

 private:
  using Pool = std::unordered_map<std::string, std::vector<const KnownTemplate*>>;
  static std::string shape(std::string_view service, std::string_view text) {
    std::string out(service);
    out.push_back('\0');
    return out + std::to_string(std::ranges::count(text, ' '));
  }

  std::unordered_set<std::string> ids_;
  Pool by_shape_;
  Pool with_variables_;
};

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

  void join_templates();
  void set_period(Digest& digest) const;
  void fill_totals(Digest& digest) const;
  void fill_templates(Digest& digest);
  void fill_keywords(Digest& digest) const;
  void fill_spikes(Digest& digest) const;
  void fill_hours(Digest& digest) const;
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

namespace {

struct Cell {
  TimePoint begin{};
  std::uint32_t entry = 0;
  std::int64_t count = 0;
};

// Errors of one service, with all points at which anything was written so that quiet minutes count
// as quiet.
std::vector<Timeline::Point> series_of(const std::vector<Timeline::Point>& all,
                                       const std::vector<Cell>& cells) {
  std::vector<Timeline::Point> out = all;
  for (auto& point : out) point.count = 0;
  for (const auto& cell : cells) {
    const auto at = std::ranges::lower_bound(out, cell.begin, {}, &Timeline::Point::begin);
    if (at != out.end() && at->begin == cell.begin) at->count += cell.count;
  }
  return out;
}

bool overlap(const Spike& spike, const SpikeRun& run) {
  return spike.from < run.to + 2 * spike.width && run.from < spike.to + 2 * spike.width;
}

Spike spike_from(const SpikeRun& run, Millis width) {
  return {.minute = run.worst,
          .count = run.count,
          .usual = run.usual,
          .from = run.from,
          .to = run.to,
          .width = width,
          .total = run.total};
}

// The same run seen in one series: its worst minute there and how much is above the usual.
struct Share {
  std::int64_t total = 0;
  std::int64_t worst_count = 0;
  TimePoint worst{};
  double usual = 0;
  double excess = 0;
};

Share share_in(const std::vector<Timeline::Point>& series, const Spike& spike,
               std::int64_t outside) {
  Share out;
  std::int64_t rest = 0;
  for (const auto& point : series) {
    if (point.begin < spike.from || point.begin >= spike.to) {
      rest += point.count;
      continue;
    }
    out.total += point.count;
    if (point.count > out.worst_count) {
      out.worst_count = point.count;
      out.worst = point.begin;
    }
  }
  const auto length = static_cast<double>((spike.to - spike.from) / spike.width);
  out.usual = outside > 0 ? static_cast<double>(rest) / static_cast<double>(outside) : 0;
  out.excess = static_cast<double>(out.total) - out.usual * length;
  return out;
}

}  // namespace

void DigestBuilder::State::fill_spikes(Digest& digest) const {
  const Timeline& source = has_counted ? counted : timeline;
  const Millis width = source.width();
  const TimePoint end_of_data =
      std::min(coverage.data_until.value_or(digest.period.to), digest.period.to);
  const auto all = source.errors();
  const auto rules = [&] {
    SpikeRules out;
    // A period that was asked for is judged as a whole, with its empty minutes.
    if (options.period) out.within = std::pair(digest.period.from, end_of_data);
    return out;
  }();
  for (const auto& run : find_spikes(all, width, rules))
    digest.spikes.push_back(spike_from(run, width));

  // Who it was. Cells know only errors that were read, which is all there is unless errors had to
  // be sampled.
  std::map<std::uint32_t, std::vector<Cell>> by_service;
  const bool same_width = timeline.width() == width;
  timeline.each_cell([&](TimePoint begin, std::uint32_t entry, std::uint32_t count) {
    const std::uint32_t place = joined[entry];
    by_service[entries[place].service].push_back({.begin = begin, .entry = place, .count = count});
  });
  const auto points = timeline.errors();
  std::map<std::uint32_t, std::vector<Timeline::Point>> series;
  for (const auto& [service, cells] : by_service) {
    std::int64_t errors = 0;
    for (const auto& cell : cells) errors += cell.count;
    // A service with fewer errors than a spike needs cannot make one up; and memory stays bounded.
    if (errors < SpikeRules{}.minimum || series.size() >= 50) continue;
    series[service] = series_of(points, cells);
  }
  const auto name_template = [&](Spike& spike, std::optional<std::uint32_t> service) {
    std::map<std::uint32_t, std::int64_t> counts;
    for (const auto& [owner, cells] : by_service) {
      if (service && owner != *service) continue;
      for (const auto& cell : cells) {
        if (cell.begin >= spike.from && cell.begin < spike.to) counts[cell.entry] += cell.count;
      }
    }
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
    if (most == counts.end()) return;
    const Entry& entry = entries[most->first];
    spike.template_id = template_id(services[entry.service].name, texts.at(entry.template_id));
  };
  const auto minutes_outside = [&](const Spike& spike) -> std::int64_t {
    if (points.empty()) return 0;
    if (rules.within) {
      return (rules.within->second - rules.within->first) / width - (spike.to - spike.from) / width;
    }
    return (points.back().begin - points.front().begin) / width + 1 -
           (spike.to - spike.from) / width;
  };
  for (auto& spike : digest.spikes) {
    const std::uint32_t* owner = nullptr;
    Share most;
    for (const auto& [service, points_of] : series) {
      const Share share = share_in(points_of, spike, minutes_outside(spike));
      if (owner == nullptr || share.excess > most.excess) {
        owner = &service;
        most = share;
      }
    }
    if (owner == nullptr || most.total == 0) {
      name_template(spike, {});
      continue;
    }
    spike.service = services[*owner].name;
    const double excess = static_cast<double>(spike.total) -
                          spike.usual * static_cast<double>((spike.to - spike.from) / width);
    if (same_width && !has_counted && most.excess >= kStandsOut * excess) {
      spike.of_service = true;
      spike.minute = most.worst;
      spike.count = most.worst_count;
      spike.usual = most.usual;
      spike.total = most.total;
    }
    name_template(spike, *owner);
  }
  // A rise of a small service that drowns in the errors of the others.
  if (!has_counted) {
    for (const auto& [service, points_of] : series) {
      for (const auto& run : find_spikes(points_of, width, rules)) {
        if (std::ranges::any_of(digest.spikes,
                                [&](const Spike& one) { return overlap(one, run); })) {
          continue;
        }
        Spike spike = spike_from(run, width);
        spike.service = services[service].name;
        spike.of_service = true;
        name_template(spike, service);
        digest.spikes.push_back(std::move(spike));
      }
    }
  }
  const auto height = [](const Spike& spike) {
    return static_cast<double>(spike.count) - spike.usual;
  };
  std::ranges::sort(digest.spikes, [&](const Spike& a, const Spike& b) {
    return height(a) != height(b) ? height(a) > height(b) : a.minute < b.minute;
  });
  if (digest.spikes.size() > options.top) digest.spikes.resize(options.top);
}

void DigestBuilder::State::fill_hours(Digest& digest) const {
  const Timeline& source = has_counted ? counted : timeline;
  const auto points = source.errors();
  if (points.empty() || digest.period.length() <= Millis{0}) return;
  // Whole pieces from midnight of the first day, so that bars begin at full hours of the user's
  // clock.
  static constexpr std::array<int, 9> kPieces{1, 2, 3, 6, 12, 24, 24 * 7, 24 * 28, 24 * 364};
  const TimePoint midnight = options.zone.at(options.zone.day_of(digest.period.from));
  const auto count_for = [&](Millis piece) {
    const std::int64_t skipped = (digest.period.from - midnight) / piece;
    return std::pair((digest.period.to - midnight + piece - Millis(1)) / piece - skipped, skipped);
  };
  for (const int hours : kPieces) {
    const Millis piece = std::chrono::hours(hours);
    const auto [count, skipped] = count_for(piece);
    if (piece < source.width() || count > static_cast<std::int64_t>(kMostHours)) continue;
    digest.hours_each = hours;
    const TimePoint begin = midnight + skipped * piece;
    for (std::int64_t i = 0; i < count; ++i) digest.hours.push_back({.begin = begin + i * piece});
    for (const auto& point : points) {
      if (point.begin < begin || point.begin >= begin + count * piece) continue;
      digest.hours[static_cast<std::size_t>((point.begin - begin) / piece)].errors += point.count;
    }
    return;
  }
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
void DigestBuilder::note_missing(std::string what) {
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
std::int64_t DigestBuilder::lines() const {
  return state_->lines_counted;
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
  s.fill_hours(digest);
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
