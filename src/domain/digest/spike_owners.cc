#include "domain/digest/spike_owners.h"

#include <algorithm>
#include <map>

#include "domain/digest/spikes.h"

namespace mtc::digest {
namespace {

constexpr double kStandsOut = 0.6;  // share of a rise that makes it one service's
constexpr std::size_t kMostServices = 50;

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

class Finder {
 public:
  explicit Finder(const ErrorCourse& course)
      : course_(course),
        source_(course.counted != nullptr ? *course.counted : course.errors),
        width_(source_.width()),
        points_(course.errors.errors()) {
    rules_.within = course.within;
    // Who it was. Cells know only errors that were read, which is all there is unless errors had to
    // be sampled.
    course.errors.each_cell([&](TimePoint begin, std::uint32_t entry, std::uint32_t count) {
      const auto& source = course.sources[entry];
      cells_[source.service].push_back({.begin = begin, .entry = source.entry, .count = count});
    });
    for (const auto& [service, cells] : cells_) {
      std::int64_t errors = 0;
      for (const auto& cell : cells) errors += cell.count;
      // A service with fewer errors than a spike needs cannot make one up; and memory stays
      // bounded.
      if (errors < rules_.minimum || series_.size() >= kMostServices) continue;
      series_[service] = series_of(points_, cells);
    }
  }

  std::vector<Spike> find() const {
    std::vector<Spike> out;
    for (const auto& run : find_spikes(source_.errors(), width_, rules_)) {
      out.push_back(spike_from(run, width_));
      name_owner(out.back());
    }
    if (course_.counted == nullptr) add_drowned(out);
    const auto height = [](const Spike& spike) {
      return static_cast<double>(spike.count) - spike.usual;
    };
    std::ranges::sort(out, [&](const Spike& a, const Spike& b) {
      return height(a) != height(b) ? height(a) > height(b) : a.minute < b.minute;
    });
    return out;
  }

 private:
  // The service that rose most, and whether the spike is its own.
  void name_owner(Spike& spike) const {
    const std::uint32_t* owner = nullptr;
    Share most;
    const std::int64_t outside = minutes_outside(spike);
    for (const auto& [service, points] : series_) {
      const Share share = share_in(points, spike, outside);
      if (owner != nullptr && share.excess <= most.excess) continue;
      owner = &service;
      most = share;
    }
    if (owner == nullptr || most.total == 0) {
      name_template(spike, {});
      return;
    }
    spike.service = course_.service_name(*owner);
    const double excess = static_cast<double>(spike.total) -
                          spike.usual * static_cast<double>((spike.to - spike.from) / width_);
    if (course_.counted == nullptr && most.excess >= kStandsOut * excess) {
      spike.of_service = true;
      spike.minute = most.worst;
      spike.count = most.worst_count;
      spike.usual = most.usual;
      spike.total = most.total;
    }
    name_template(spike, *owner);
  }

  void name_template(Spike& spike, std::optional<std::uint32_t> service) const {
    std::map<std::uint32_t, std::int64_t> counts;
    for (const auto& [owner, cells] : cells_) {
      if (service && owner != *service) continue;
      for (const auto& cell : cells) {
        if (cell.begin >= spike.from && cell.begin < spike.to) counts[cell.entry] += cell.count;
      }
    }
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
    if (most != counts.end()) spike.template_id = course_.template_id(most->first);
  }

  std::int64_t minutes_outside(const Spike& spike) const {
    if (points_.empty()) return 0;
    const Millis whole = rules_.within ? rules_.within->second - rules_.within->first
                                       : points_.back().begin - points_.front().begin + width_;
    return whole / width_ - (spike.to - spike.from) / width_;
  }

  void add_drowned(std::vector<Spike>& spikes) const {
    for (const auto& [service, points] : series_) {
      for (const auto& run : find_spikes(points, width_, rules_)) {
        if (std::ranges::any_of(spikes, [&](const Spike& one) { return overlap(one, run); }))
          continue;
        Spike spike = spike_from(run, width_);
        spike.service = course_.service_name(service);
        spike.of_service = true;
        name_template(spike, service);
        spikes.push_back(std::move(spike));
      }
    }
  }

  const ErrorCourse& course_;
  const Timeline& source_;
  Millis width_;
  SpikeRules rules_;
  std::vector<Timeline::Point> points_;
  std::map<std::uint32_t, std::vector<Cell>> cells_;              // by service
  std::map<std::uint32_t, std::vector<Timeline::Point>> series_;  // by service
};

}  // namespace

std::vector<Spike> spikes_of(const ErrorCourse& course) {
  return Finder(course).find();
}

}  // namespace mtc::digest
