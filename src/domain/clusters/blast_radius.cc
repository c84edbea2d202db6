#include "domain/clusters/blast_radius.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/job_queue.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/object.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

// What is read at the same time.
struct Surroundings {
  std::shared_ptr<ClusterApi> api;
  std::string ns;
  std::optional<std::vector<Pod>> pods;
  std::optional<std::vector<Service>> services;
  std::optional<std::vector<Ingress>> ingresses;
  std::optional<std::vector<DisruptionBudget>> budgets;
};
using Shared = std::shared_ptr<Surroundings>;

Async<> read_pods(Shared to) {
  if (auto found = co_await to->api->pods({.ns = to->ns})) to->pods = std::move(*found);
}
Async<> read_services(Shared to) {
  if (auto found = co_await to->api->services({.ns = to->ns})) to->services = std::move(*found);
}
Async<> read_ingresses(Shared to) {
  if (auto found = co_await to->api->ingresses({.ns = to->ns})) to->ingresses = std::move(*found);
}
Async<> read_budgets(Shared to) {
  if (auto found = co_await to->api->disruption_budgets({.ns = to->ns})) {
    to->budgets = std::move(*found);
  }
}

std::int64_t count_live(const std::vector<Pod>& pods, const Pairs& selector) {
  return std::ranges::count_if(pods, [&selector](const Pod& pod) {
    return matches(selector, pod.labels) && pod.phase != "Succeeded" && pod.phase != "Failed";
  });
}

void add_traffic(const Surroundings& around, const Pairs& labels, const Pairs& selector,
                 BlastRadius& out) {
  std::set<std::string> hosts;
  if (!around.services) out.unknown.emplace_back("services");
  if (!around.ingresses) out.unknown.emplace_back("ingresses");
  for (const Service& service : around.services.value_or(std::vector<Service>{})) {
    if (!matches(service.selector, labels)) continue;
    out.services.push_back(service.name);
    if (around.pods) {
      const auto behind = count_live(*around.pods, service.selector);
      const auto ours = count_live(*around.pods, selector);
      if (behind > 0) out.share = std::min(out.share, static_cast<int>(ours * 100 / behind));
    }
    for (const Ingress& ingress : around.ingresses.value_or(std::vector<Ingress>{})) {
      if (std::ranges::find(ingress.services, service.name) == ingress.services.end()) continue;
      hosts.insert(ingress.hosts.begin(), ingress.hosts.end());
    }
  }
  out.hosts.assign(hosts.begin(), hosts.end());
}

void add_budgets(const Surroundings& around, const Pairs& labels, BlastRadius& out) {
  if (!around.budgets) out.unknown.emplace_back("disruption budgets");
  for (const DisruptionBudget& budget : around.budgets.value_or(std::vector<DisruptionBudget>{})) {
    if (!matches(budget.selector, labels)) continue;
    out.budget = std::min(out.budget.value_or(budget.allowed), budget.allowed);
  }
}

// "25%" of 1 is 0 where it is rounded down, 1 where it is rounded up.
std::int64_t part_of(const Json& value, std::int64_t whole, std::int64_t fallback, bool up) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return fallback;
  const auto& text = value.get_ref<const std::string&>();
  int percent = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), percent).ec != std::errc())
    return fallback;
  return (whole * percent + (up ? 99 : 0)) / 100;
}

// A rolling Deployment with one replica starts the new one first, if it may have one too many.
bool starts_first(const Json& workload, std::int64_t replicas) {
  if (string_or(workload, "kind") != "Deployment") return false;
  const Json& rolling = object_or_empty(
      object_or_empty(object_or_empty(workload, "spec"), "strategy"), "rollingUpdate");
  const Json surge = rolling.value("maxSurge", Json("25%"));
  const Json missing = rolling.value("maxUnavailable", Json("25%"));
  return part_of(surge, replicas, 1, true) > 0 && part_of(missing, replicas, 0, false) < replicas;
}

bool stops_answering(const BlastRadius& radius, const Json& workload) {
  switch (radius.effect) {
    case Effect::none:
    case Effect::added:
    case Effect::removed:
      return false;
    case Effect::stopped:
    case Effect::recreated:
      return radius.replicas > 0;
    case Effect::rolled:
      return radius.replicas == 1 && !starts_first(workload, radius.replicas);
  }
  return false;
}

std::string say_pods(const BlastRadius& radius, bool zh) {
  const Language language = zh ? Language::zh : Language::en;
  const std::string all = say_replicas(radius.replicas, language);
  const std::string some = say_replicas(radius.touched, language);
  switch (radius.effect) {
    case Effect::none:
    case Effect::added:
      return "";
    case Effect::removed:
      return zh ? fmt::format("会停掉{}", some) : fmt::format("{} will stop", some);
    case Effect::stopped:
      return zh ? fmt::format("{}全部停掉，服务就没了", all)
                : fmt::format("all {} stop and nobody answers any more", all);
    case Effect::recreated:
      return zh ? fmt::format("{}会先全部停掉再起来，中间会中断", all)
                : fmt::format("all {} stop before new ones start, so it is down in between", all);
    case Effect::rolled:
      break;
  }
  if (radius.replicas != 1) {
    return zh ? fmt::format("{}会逐个替换", all)
              : fmt::format("{} will be replaced one after the other", all);
  }
  if (radius.outage)
    return zh ? "只有一个副本，替换时会中断"
              : "there is one replica, so it is down while it is replaced";
  return zh ? "只有一个副本，新的起来才停旧的" : "the one replica goes when the new one is up";
}

void add_new(std::vector<std::string>& into, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::ranges::find(into, name) == into.end()) into.push_back(name);
  }
}

}  // namespace

BlastRadius sum_of(const std::vector<BlastRadius>& radii) {
  BlastRadius out;
  for (const BlastRadius& one : radii) {
    out.effect = std::max(out.effect, one.effect);  // recreated is the worst, and the last
    out.replicas += one.replicas;
    out.touched += one.touched;
    out.outage = out.outage || one.outage;
    out.share = std::min(out.share, one.share);
    if (one.budget) out.budget = std::min(out.budget.value_or(*one.budget), *one.budget);
    add_new(out.services, one.services);
    add_new(out.hosts, one.hosts);
    add_new(out.unknown, one.unknown);
  }
  return out;
}

Effect effect_of_rollout(const Json& workload) {
  const std::string type =
      string_or(object_or_empty(object_or_empty(workload, "spec"), "strategy"), "type");
  return type == "Recreate" ? Effect::recreated : Effect::rolled;
}

Async<BlastRadius> blast_radius(Scene scene, Json workload, Effect effect,
                                std::optional<std::int64_t> touched) {
  const ObjectRef ref = ref_of(workload);
  const auto around = std::make_shared<Surroundings>();
  around->api = scene.api;
  around->ns = ref.ns;
  const auto queue = std::make_shared<JobQueue>();
  queue->push([around] { return read_pods(around); });
  queue->push([around] { return read_services(around); });
  queue->push([around] { return read_ingresses(around); });
  queue->push([around] { return read_budgets(around); });
  co_await queue->run(4);

  BlastRadius out{.effect = effect};
  const Pairs selector = selector_of(workload);
  const Pairs labels = labels_of(object_or_empty(object_or_empty(workload, "spec"), "template"));
  if (!around->pods) out.unknown.emplace_back("pods");
  out.replicas = ref.kind == "DaemonSet"
                     ? integer_or(object_or_empty(workload, "status"), "desiredNumberScheduled")
                     : integer_or(object_or_empty(workload, "spec"), "replicas", 1);
  out.touched = touched.value_or(out.replicas);
  add_traffic(*around, labels, selector, out);
  add_budgets(*around, labels, out);
  out.outage = stops_answering(out, workload);
  co_return out;
}

std::string say_blast_radius(const BlastRadius& radius, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> parts;
  const auto add = [&parts](std::string part) {
    if (!part.empty()) parts.push_back(std::move(part));
  };
  add(say_pods(radius, zh));
  const bool takes_away = radius.effect != Effect::none && radius.effect != Effect::added;
  if (takes_away && !radius.hosts.empty()) {
    const std::string hosts = say_list(radius.hosts, 2, language);
    add(zh ? fmt::format("入口 {} 的流量走它", hosts)
           : fmt::format("the traffic of {} goes through it", hosts));
  } else if (takes_away && !radius.services.empty()) {
    const std::string services = say_list(radius.services, 2, language);
    add(zh ? fmt::format("服务 {} 的流量走它", services)
           : fmt::format("service {} leads to it", services));
  }
  if (takes_away && !radius.services.empty() && radius.share < 100) {
    const std::string share = say_percent(radius.share / 100.0, language);
    add(zh ? fmt::format("占这个服务的{}", share)
           : fmt::format("{} of the pods behind it are its", share));
  }
  if (takes_away && radius.budget) {
    const std::string allowed = say_count(*radius.budget, language);
    add(*radius.budget == 0
            ? std::string(zh ? "预算现在一个都不许少"
                             : "the disruption budget allows none to be missing now")
        : zh ? fmt::format("预算允许{}个不可用", allowed)
             : fmt::format("the disruption budget allows {} to be missing", allowed));
  }
  if (takes_away && !radius.unknown.empty()) {
    add(zh ? "流量没有全查到" : "not all of its traffic could be looked up");
  }
  if (parts.empty()) return "";
  std::string out = join(parts, zh ? "，" : ", ");
  if (!zh && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out + (zh ? "。" : ".");
}

Json to_json(const BlastRadius& radius) {
  Json out{{"replicas", radius.replicas}, {"touched", radius.touched}, {"outage", radius.outage},
           {"services", radius.services}, {"hosts", radius.hosts},     {"share", radius.share}};
  if (radius.budget) out["budget"] = *radius.budget;
  if (!radius.unknown.empty()) out["unknown"] = radius.unknown;
  return out;
}

}  // namespace mtc::clusters
