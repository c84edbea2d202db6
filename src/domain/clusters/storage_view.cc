#include "domain/clusters/storage_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/job_queue.h"
#include "base/spoken.h"
#include "domain/clusters/in_time.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kAtOnce = 16;
constexpr Millis kPatience{2'500};  // with one node
constexpr std::size_t kSpoken = 2;

using Name = std::pair<std::string, std::string>;  // namespace and name

double share_of(const VolumeUse& volume) {
  return volume.capacity > 0
             ? static_cast<double>(volume.used) / static_cast<double>(volume.capacity)
             : 0;
}

// Shared with the questions, which may end after whoever asked has left.
struct Answers {
  std::shared_ptr<ClusterApi> api;
  std::map<Name, PodStorage> by_pod;
  std::vector<std::string> missing;
  std::optional<Error> first_trouble;
};

Async<Result<std::vector<PodStorage>>> ask(std::shared_ptr<ClusterApi> api, std::string node) {
  co_return co_await api->pod_storage(std::move(node));
}

Async<> ask_node(std::shared_ptr<Answers> answers, std::string node) {
  auto pods = co_await in_time(ask(answers->api, node), kPatience);
  if (!pods) {
    if (!answers->first_trouble) answers->first_trouble = std::move(pods).error();
    answers->missing.push_back(std::move(node));
    co_return;
  }
  for (auto& pod : *pods) {
    Name name{pod.ns, pod.name};
    answers->by_pod[std::move(name)] = std::move(pod);
  }
}

void add(StorageRow& row, const PodStorage& pod) {
  row.local += pod.local;
  for (const auto& volume : pod.volumes) {
    const bool known = std::ranges::any_of(row.volumes, [&volume](const VolumeUse& one) {
      return one.ns == volume.ns && one.claim == volume.claim;
    });
    if (!known) row.volumes.push_back(volume);
  }
}

}  // namespace

std::int64_t StorageRow::used() const {
  auto sum = local;
  for (const auto& volume : volumes) sum += volume.used;
  return sum;
}

std::optional<double> StorageRow::share() const {
  if (volumes.empty()) return std::nullopt;
  return share_of(*std::ranges::max_element(volumes, {}, share_of));
}

Async<Result<StorageUse>> read_storage(std::shared_ptr<ClusterApi> api, UsageScope scope) {
  auto pods = co_await api->pods({.ns = scope.ns});
  if (!pods) co_return fail(std::move(pods).error());
  std::erase_if(*pods, [&scope](const Pod& pod) {
    const bool wanted = scope.name.empty() || owner_of(pod, scope.by).second == scope.name;
    return !holds_room(pod) || pod.node.empty() || !wanted;
  });
  std::set<std::string> nodes;
  for (const auto& pod : *pods) nodes.insert(pod.node);
  const auto answers = std::make_shared<Answers>(Answers{.api = std::move(api)});
  const auto queue = std::make_shared<JobQueue>();
  for (const auto& node : nodes) queue->push([answers, node] { return ask_node(answers, node); });
  co_await queue->run(kAtOnce);
  if (!nodes.empty() && answers->missing.size() == nodes.size())
    co_return fail(*answers->first_trouble);
  std::map<Name, StorageRow> rows;
  for (const auto& pod : *pods) {
    const auto kept = answers->by_pod.find({pod.ns, pod.name});
    if (kept == answers->by_pod.end()) continue;
    const auto owner = owner_of(pod, scope.by);
    auto& row = rows[owner];
    row.ns = pod.ns;
    row.name = owner.second;
    add(row, kept->second);
  }
  StorageUse out{.rows = {}, .missing = std::move(answers->missing)};
  for (auto& [owner, row] : rows) out.rows.push_back(std::move(row));
  std::ranges::sort(out.rows, std::greater<>(), [](const StorageRow& row) {
    return std::tuple(row.share().value_or(-1), row.used(), row.name);
  });
  std::ranges::sort(out.missing);
  co_return out;
}

std::string say_storage(const StorageUse& use, const UsageScope& scope, const std::string& cluster,
                        Language language) {
  const bool zh = language == Language::zh;
  std::vector<Use> uses;
  for (const auto& row : use.rows)
    uses.push_back({.name = row.name, .used = row.used(), .share = row.share()});
  auto sentences =
      say_uses(std::move(uses), say_place(cluster, scope.ns, language), Measure::storage, language);
  if (use.rows.size() == 1 && use.rows.front().share().value_or(1) < kNearlyFull) {
    const auto share = say_percent(*use.rows.front().share(), language);
    sentences.push_back(zh ? fmt::format("最满的卷用了{}。", share)
                           : fmt::format("The fullest volume is at {}.", share));
  }
  if (!use.missing.empty()) {
    const auto list = say_list(use.missing, kSpoken, language);
    sentences.push_back(zh ? fmt::format("{} 没查到。", list)
                           : fmt::format("{} did not answer.", list));
  }
  return within_breath(sentences, language);
}

Json to_json(const StorageRow& row) {
  Json out{{"namespace", row.ns},
           {"name", row.name},
           {"used_bytes", row.used()},
           {"on_nodes_bytes", row.local},
           {"volumes", Json::array()}};
  if (const auto share = row.share()) out["percent"] = *share * 100;
  for (const auto& volume : row.volumes) {
    out["volumes"].push_back({{"claim", volume.claim},
                              {"used_bytes", volume.used},
                              {"capacity_bytes", volume.capacity},
                              {"percent", share_of(volume) * 100}});
  }
  return out;
}

}  // namespace mtc::clusters
