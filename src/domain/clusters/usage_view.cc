#include "domain/clusters/usage_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/spoken.h"
#include "base/text.h"
#include "base/zone.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kSpoken = 2;

std::optional<double> share(std::int64_t used, std::int64_t capacity, std::int64_t limit) {
  const auto bound = capacity > 0 ? capacity : limit;
  if (bound <= 0) return std::nullopt;
  return static_cast<double>(used) / static_cast<double>(bound);
}

void add(UsageRow& row, const Pod& pod) {
  ++row.pods;
  for (const auto& container : pod.containers) {
    row.cpu_request += container.cpu_request;
    row.cpu_limit += container.cpu_limit;
    row.memory_request += container.memory_request;
    row.memory_limit += container.memory_limit;
  }
}

Async<Result<std::vector<UsageRow>>> usage_of_nodes(ClusterApi* api, std::string name) {
  auto usage = co_await api->node_usage();
  if (!usage) co_return fail(std::move(usage).error());
  auto nodes = co_await api->nodes();
  if (!nodes) co_return fail(std::move(nodes).error());
  auto pods = co_await api->pods({});
  if (!pods) co_return fail(std::move(pods).error());
  std::map<std::string, UsageRow> rows;
  for (const auto& node : *nodes) {
    rows[node.name] = {.name = node.name, .cpu_capacity = node.cpu, .memory_capacity = node.memory};
  }
  for (const auto& pod : *pods) {
    const auto it = rows.find(pod.node);
    if (it != rows.end() && holds_room(pod)) add(it->second, pod);
  }
  for (const auto& used : *usage) {
    const auto it = rows.find(used.name);
    if (it == rows.end()) continue;
    it->second.cpu = used.cpu;
    it->second.memory = used.memory;
  }
  std::vector<UsageRow> out;
  for (auto& [key, row] : rows) {
    if (name.empty() || key == name) out.push_back(std::move(row));
  }
  co_return out;
}

Async<Result<std::vector<UsageRow>>> usage_of_pods(ClusterApi* api, UsageScope scope) {
  auto usage = co_await api->pod_usage({.ns = scope.ns});
  if (!usage) co_return fail(std::move(usage).error());
  auto pods = co_await api->pods({.ns = scope.ns});
  if (!pods) co_return fail(std::move(pods).error());
  std::map<std::pair<std::string, std::string>, const Usage*> by_pod;
  for (const auto& used : *usage) by_pod[{used.ns, used.name}] = &used;
  std::map<std::pair<std::string, std::string>, UsageRow> rows;
  for (const auto& pod : *pods) {
    if (!holds_room(pod)) continue;
    const auto key = owner_of(pod, scope.by);
    if (!scope.name.empty() && key.second != scope.name) continue;
    auto& row = rows[key];
    row.ns = pod.ns;
    row.name = key.second;
    add(row, pod);
    if (const auto it = by_pod.find({pod.ns, pod.name}); it != by_pod.end()) {
      row.cpu += it->second->cpu;
      row.memory += it->second->memory;
    }
  }
  std::vector<UsageRow> out;
  for (auto& [key, row] : rows) out.push_back(std::move(row));
  co_return out;
}

Use use_of(const UsageRow& row, Measure measure) {
  if (measure == Measure::memory)
    return {row.name, row.memory, row.memory_capacity, row.memory_request, row.memory_share()};
  return {row.name, row.cpu, row.cpu_capacity, row.cpu_request, row.cpu_share()};
}

std::string say_amount(std::int64_t amount, Measure measure, Language language) {
  return measure == Measure::cpu ? say_cores(amount, language) : say_bytes(amount, language);
}

// "node-3 百分之九十一", "payment 一点五G".
std::string say_one(const Use& use, Measure measure, Language language) {
  const auto much =
      use.share ? say_percent(*use.share, language) : say_amount(use.used, measure, language);
  return use.name + (language == Language::zh ? " " : " at ") + much;
}

std::string say_value(double value, const std::string& unit, Measure measure, Language language) {
  if (unit == "percent") return say_percent(value / 100, language);
  if (unit == "cores") return say_cores(static_cast<std::int64_t>(value * 1000), language);
  if (unit == "bytes") return say_bytes(static_cast<std::int64_t>(value), language);
  if (unit == "bytes/s") {
    const auto amount = say_bytes(static_cast<std::int64_t>(value), language);
    return language == Language::zh ? "每秒" + amount : amount + " a second";
  }
  return say_amount(static_cast<std::int64_t>(value), measure, language);
}

}  // namespace

bool holds_room(const Pod& pod) {
  return pod.phase != "Succeeded" && pod.phase != "Failed";
}

std::pair<std::string, std::string> owner_of(const Pod& pod, UsageOf by) {
  switch (by) {
    case UsageOf::name_space:
      return {pod.ns, pod.ns};
    case UsageOf::workload:
      return {pod.ns, workload_of(pod)};
    case UsageOf::pod:
    case UsageOf::node:
      break;
  }
  return {pod.ns, pod.name};
}

std::optional<double> UsageRow::cpu_share() const {
  return share(cpu, cpu_capacity, cpu_limit);
}
std::optional<double> UsageRow::memory_share() const {
  return share(memory, memory_capacity, memory_limit);
}

Async<Result<std::vector<UsageRow>>> read_usage(ClusterApi& api, UsageScope scope) {
  if (scope.by == UsageOf::node) co_return co_await usage_of_nodes(&api, std::move(scope.name));
  co_return co_await usage_of_pods(&api, std::move(scope));
}

std::string say_measure(Measure measure, Language language) {
  const bool zh = language == Language::zh;
  switch (measure) {
    case Measure::cpu:
      return "CPU";
    case Measure::memory:
      return zh ? "内存" : "memory";
    case Measure::storage:
      return zh ? "磁盘" : "disk";
    case Measure::network_in:
      return zh ? "入流量" : "incoming traffic";
    case Measure::network_out:
      return zh ? "出流量" : "outgoing traffic";
  }
  return {};
}

std::vector<std::string> say_uses(std::vector<Use> uses, const std::string& where, Measure measure,
                                  Language language) {
  const bool zh = language == Language::zh;
  const auto what = say_measure(measure, language);
  if (uses.empty())
    return {zh ? fmt::format("{}没有{}的用量数据。", where, what)
               : fmt::format("There are no {} figures {}.", what, where)};
  // By share where there are bounds, else by amount.
  std::ranges::sort(uses, std::greater<>(), [](const Use& use) {
    return std::tuple(use.share.value_or(-1), use.used, use.name);
  });
  Use total;
  std::vector<std::string> full, most;
  for (const auto& use : uses) {
    total.used += use.used;
    total.capacity += use.capacity;
    total.request += use.request;
    if (use.share.value_or(0) >= kNearlyFull) full.push_back(say_one(use, measure, language));
    if (most.size() < kSpoken) most.push_back(say_one(use, measure, language));
  }
  std::vector<std::string> sentences;
  if (!full.empty()) {
    sentences.push_back(zh ? fmt::format("{} 快满了：{}。", what, say_list(full, kSpoken, language))
                           : capitalised(fmt::format("{} is nearly used up: {}.", what,
                                                     say_list(full, kSpoken, language))));
  }
  const auto subject = where.empty() ? what + " " : fmt::format("{} {} ", where, what);
  const auto used = say_amount(total.used, measure, language);
  if (total.capacity > 0) {
    const auto ratio = static_cast<double>(total.used) / static_cast<double>(total.capacity);
    sentences.push_back(zh ? subject + fmt::format("一共用了{}。", say_percent(ratio, language))
                           : capitalised(fmt::format("{} of the {} {} is in use.",
                                                     say_percent(ratio, language), what, where)));
  } else if (uses.size() > 1 || full.empty()) {
    sentences.push_back(zh ? subject + fmt::format("一共用了{}。", used)
                           : fmt::format("{} of {} {} in use {}.", capitalised(used), what,
                                         uses.size() == 1 ? "is" : "are", where));
  }
  if (uses.size() > 1 && full.empty())
    sentences.push_back(zh ? fmt::format("最高的是 {}。", say_list(most, kSpoken, language))
                           : fmt::format("The highest: {}.", say_list(most, kSpoken, language)));
  if (total.request > 0) {
    const auto request = say_amount(total.request, measure, language);
    sentences.push_back(zh ? fmt::format("申请了{}。", request)
                           : fmt::format("Requested: {}.", request));
  }
  return sentences;
}

std::string say_usage(std::span<const UsageRow> rows, const UsageScope& scope, Measure measure,
                      const std::string& cluster, Language language) {
  std::vector<Use> uses;
  for (const auto& row : rows) uses.push_back(use_of(row, measure));
  return within_breath(
      say_uses(std::move(uses), say_place(cluster, scope.ns, language), measure, language),
      language);
}

Json to_json(const UsageRow& row) {
  Json out{{"namespace", row.ns},
           {"name", row.name},
           {"pods", row.pods},
           {"cpu_millicores", row.cpu},
           {"memory_bytes", row.memory},
           {"cpu_request_millicores", row.cpu_request},
           {"memory_request_bytes", row.memory_request},
           {"cpu_limit_millicores", row.cpu_limit},
           {"memory_limit_bytes", row.memory_limit}};
  if (const auto cpu = row.cpu_share()) out["cpu_percent"] = *cpu * 100;
  if (const auto memory = row.memory_share()) out["memory_percent"] = *memory * 100;
  return out;
}

std::vector<Curve> curves_of(std::span<const MetricSeries> series) {
  std::vector<Curve> out;
  for (const auto& line : series) {
    if (line.points.empty()) continue;
    Curve curve{.ns = line.ns, .name = line.name, .unit = line.unit};
    for (const auto& point : line.points) {
      curve.average += point.value / static_cast<double>(line.points.size());
      if (point.value >= curve.peak) {
        curve.peak = point.value;
        curve.peak_at = point.at;
      }
    }
    curve.latest = line.points.back().value;
    out.push_back(std::move(curve));
  }
  std::ranges::sort(out, std::greater<>(),
                    [](const Curve& curve) { return std::pair(curve.peak, curve.name); });
  return out;
}

std::string say_curves(std::span<const Curve> curves, Measure measure, const std::string& cluster,
                       const std::string& period, Language language) {
  const bool zh = language == Language::zh;
  const auto where = say_place(cluster, "", language);
  const auto what = say_measure(measure, language);
  if (curves.empty())
    return zh ? fmt::format("{}这段时间没有{}的数据。", where, what)
              : fmt::format("There are no {} figures {} for that time.", what, where);
  const auto say = [&](double value, const Curve& curve) {
    return say_value(value, curve.unit, measure, language);
  };
  const auto& top = curves.front();
  std::vector<std::string> sentences;
  if (zh) {
    const auto who =
        top.name.empty() || curves.size() == 1 ? "" : fmt::format("{} 最高，", top.name);
    sentences.push_back(fmt::format("{}{}的{}，{}最高到{}，平均{}，现在{}。", where, period, what,
                                    who, say(top.peak, top), say(top.average, top),
                                    say(top.latest, top)));
  } else {
    const auto who = top.name.empty() ? std::string("it") : top.name;
    sentences.push_back(capitalised(
        fmt::format("{} {} {}: {} peaked at {}, with {} on average and {} now.", what, where,
                    period, who, say(top.peak, top), say(top.average, top), say(top.latest, top))));
  }
  if (curves.size() > 1) {
    const auto& next = curves[1];
    sentences.push_back(zh ? fmt::format("其次是 {}，最高{}。", next.name, say(next.peak, next))
                           : fmt::format("Next is {} with {}.", next.name, say(next.peak, next)));
  }
  return within_breath(sentences, language);
}

Json to_json(const Curve& curve) {
  return {{"namespace", curve.ns}, {"name", curve.name},
          {"unit", curve.unit},    {"average", curve.average},
          {"peak", curve.peak},    {"peak_at", format_iso_utc(curve.peak_at)},
          {"latest", curve.latest}};
}

}  // namespace mtc::clusters
