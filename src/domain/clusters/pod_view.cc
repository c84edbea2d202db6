#include "domain/clusters/pod_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/contains.h"
#include "base/spoken.h"
#include "base/text.h"
#include "base/zone.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kGroupsSpoken = 3;

struct StateWords {
  PodState state;
  std::string_view name;
  std::string_view zh;
  std::string_view en_one, en_many;
};

constexpr std::array<StateWords, 11> kStates{{
    {PodState::running, "running", "正常", "runs", "run"},
    {PodState::completed, "completed", "已经跑完", "has completed", "have completed"},
    {PodState::terminating, "terminating", "正在退出", "is terminating", "are terminating"},
    {PodState::pending, "pending", "还没起来", "is pending", "are pending"},
    {PodState::not_ready, "notready", "还没就绪", "is not ready", "are not ready"},
    {PodState::evicted, "evicted", "被驱逐了", "was evicted", "were evicted"},
    {PodState::failed, "failed", "失败了", "failed", "failed"},
    {PodState::oom_killed, "oomkilled", "内存超限被杀", "was killed for using too much memory",
     "were killed for using too much memory"},
    {PodState::image_pull, "imagepullbackoff", "拉不到镜像", "cannot pull its image",
     "cannot pull their image"},
    {PodState::crash_loop, "crashloopbackoff", "反复崩溃", "keeps crashing", "keep crashing"},
    {PodState::unknown, "unknown", "状态不明", "is in an unknown state", "are in an unknown state"},
}};

const StateWords& words_of(PodState state) {
  return *std::ranges::find(kStates, state, &StateWords::state);
}

bool is_image_trouble(std::string_view reason) {
  return reason.ends_with("ImagePullBackOff") || reason.ends_with("ErrImagePull") ||
         reason.ends_with("InvalidImageName") || reason.ends_with("ErrImageNeverPull");
}

// The trouble that a reason names, in a pod that is not through.
std::optional<PodState> state_of_reason(std::string_view reason) {
  if (reason.starts_with("Init:")) reason.remove_prefix(5);
  if (is_image_trouble(reason)) return PodState::image_pull;
  if (reason == "OOMKilled") return PodState::oom_killed;
  if (reason == "CrashLoopBackOff") return PodState::crash_loop;
  if (reason == "Evicted") return PodState::evicted;
  if (reason == "Error" || reason == "DeadlineExceeded" || reason == "StartError" ||
      reason == "RunContainerError" || reason == "ContainerCannotRun" ||
      reason == "CreateContainerConfigError" || reason == "CreateContainerError")
    return PodState::failed;
  return std::nullopt;
}

// Whoever crashes again and again for want of memory has that trouble, not the crashing.
bool was_killed_for_memory(const Pod& pod) {
  return std::ranges::any_of(pod.containers, [](const Container& one) {
    return one.reason == "OOMKilled" || (one.last_reason == "OOMKilled" && one.state != "running");
  });
}

bool is_hash_part(std::string_view part, std::size_t least, std::size_t most) {
  return part.size() >= least && part.size() <= most && std::ranges::all_of(part, is_alnum);
}

std::string without_last_part(std::string_view name) {
  const auto at = name.rfind('-');
  return std::string(at == std::string_view::npos || at == 0 ? name : name.substr(0, at));
}

struct Group {
  std::string workload;
  PodState state = PodState::unknown;
  std::int64_t count = 0;
};

std::vector<Group> groups_of(std::span<const Pod* const> pods) {
  std::map<std::pair<std::string, PodState>, std::int64_t> counts;
  for (const Pod* pod : pods) ++counts[{workload_of(*pod), state_of(*pod)}];
  std::vector<Group> out;
  for (const auto& [key, count] : counts)
    out.push_back({.workload = key.first, .state = key.second, .count = count});
  std::ranges::sort(out, {}, [](const Group& group) {
    return std::tuple(-group.count, group.workload, group.state);
  });
  return out;
}

std::string say_groups(const std::vector<Group>& groups, bool with_state, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> parts;
  std::int64_t others = 0;
  for (const auto& group : groups) {
    if (parts.size() == kGroupsSpoken) {
      others += group.count;
      continue;
    }
    const auto count = say_count(group.count, language);
    if (zh) {
      parts.push_back(with_state ? fmt::format("{} 的{}个{}", group.workload, count,
                                               say_state(group.state, group.count, language))
                                 : fmt::format("{} {}个", group.workload, count));
    } else {
      parts.push_back(with_state ? fmt::format("{} of {} {}", count, group.workload,
                                               say_state(group.state, group.count, language))
                                 : fmt::format("{} of {}", count, group.workload));
    }
  }
  auto out = join(parts, zh ? "，" : ", ");
  if (others > 0) {
    out += zh ? fmt::format("，还有{}个别的", say_count(others, language))
              : fmt::format(", and {} others", say_count(others, language));
  }
  return out;
}

// What a narrowed listing found or did not find: 起不来的, 反复崩溃的.
std::string say_filter(const PodFilter& filter, Language language) {
  if (filter.word == "unhealthy") return language == Language::zh ? "不正常" : "not well";
  for (const auto& words : kStates) {
    if (words.name != filter.word) continue;
    if (language == Language::zh) return std::string(words.zh);
    std::string_view text = words.en_many;
    for (const std::string_view verb : {"are ", "were ", "have "}) {
      if (text.starts_with(verb)) text.remove_prefix(verb.size());
    }
    return std::string(text);
  }
  return filter.word;
}

std::string say_found(std::span<const Pod* const> found, const PodFilter& filter,
                      const std::string& where, Language language) {
  const bool zh = language == Language::zh;
  const auto count = static_cast<std::int64_t>(found.size());
  const auto what = say_filter(filter, language);
  if (count == 0) {
    return zh ? fmt::format("{}没有{}的副本。", where, what)
              : fmt::format("No pods{}{} are {}.", where.empty() ? "" : " ", where, what);
  }
  const bool mixed = filter.word == "unhealthy";
  const auto groups = say_groups(groups_of(found), mixed, language);
  if (zh)
    return fmt::format("{}有{}{}：{}。", where, say_pods_counted(count, language), what, groups);
  return capitalised(fmt::format("{}{}{} found {}: {}.", say_pods_counted(count, language),
                                 where.empty() ? "" : " ", where, what, groups));
}

}  // namespace

PodState state_of(const Pod& pod) {
  if (pod.terminating) return PodState::terminating;
  if (pod.phase == "Succeeded") return PodState::completed;
  if (pod.phase == "Failed") return state_of_reason(pod.reason).value_or(PodState::failed);
  if (was_killed_for_memory(pod)) return PodState::oom_killed;
  if (const auto state = state_of_reason(pod.reason)) return *state;
  for (const auto& container : pod.containers) {
    if (container.state == "running") continue;
    if (const auto state = state_of_reason(container.reason)) return *state;
  }
  if (pod.phase == "Pending") return PodState::pending;
  if (pod.phase == "Running") return pod.ready ? PodState::running : PodState::not_ready;
  return PodState::unknown;
}

bool is_well(PodState state) {
  return state == PodState::running || state == PodState::completed ||
         state == PodState::terminating;
}

std::string_view name_of(PodState state) {
  return words_of(state).name;
}

bool PodFilter::matches(const Pod& pod) const {
  const PodState state = state_of(pod);
  if (word == "unhealthy") return !is_well(state);
  if (word == "failed")
    return state == PodState::failed || (pod.phase == "Failed" && !is_well(state));
  // Something that is up is running, even if it does not serve yet.
  if (word == "running") return state == PodState::running || state == PodState::not_ready;
  return name_of(state) == word;
}

const std::vector<std::string>& pod_filter_words() {
  static const std::vector<std::string> all{
      "running",          "pending",   "failed",  "completed", "terminating", "crashloopbackoff",
      "imagepullbackoff", "oomkilled", "evicted", "notready",  "unhealthy"};
  return all;
}

std::optional<PodFilter> parse_pod_filter(std::string_view word) {
  std::string plain;
  for (const char c : to_lower_ascii(trim(word))) {
    if (c != ' ' && c != '-' && c != '_') plain += c;
  }
  if (contains(pod_filter_words(), plain)) return PodFilter{plain};
  static const std::map<std::string, std::string, std::less<>> kSaid{
      {"succeeded", "completed"},
      {"errimagepull", "imagepullbackoff"},
      {"oom", "oomkilled"},
      {"crashloop", "crashloopbackoff"},
      {"crashing", "crashloopbackoff"},
      {"error", "failed"},
      {"abnormal", "unhealthy"},
      {"healthy", "running"},
      {"正常", "running"},
      {"运行中", "running"},
      {"起不来", "unhealthy"},
      {"不正常", "unhealthy"},
      {"异常", "unhealthy"},
      {"挂了", "unhealthy"},
      {"拉镜像失败", "imagepullbackoff"},
      {"拉不到镜像", "imagepullbackoff"},
      {"驱逐", "evicted"},
      {"被驱逐", "evicted"},
      {"失败", "failed"},
      {"等待", "pending"},
      {"未就绪", "notready"},
      {"完成", "completed"},
      {"反复崩溃", "crashloopbackoff"},
      {"反复重启", "crashloopbackoff"},
      {"内存溢出", "oomkilled"},
      {"正在退出", "terminating"}};
  const auto it = kSaid.find(plain);
  return it == kSaid.end() ? std::nullopt : std::optional(PodFilter{it->second});
}

std::string workload_of(const Pod& pod) {
  if (pod.owner_kind == "ReplicaSet") return without_last_part(pod.owner_name);
  if (pod.owner_kind == "Job") {
    // A CronJob names its Jobs by the minute: backup-29345678.
    const auto at = pod.owner_name.rfind('-');
    if (at != std::string::npos && is_hash_part(pod.owner_name.substr(at + 1), 8, 10) &&
        std::ranges::all_of(pod.owner_name.substr(at + 1), is_digit))
      return without_last_part(pod.owner_name);
    return pod.owner_name;
  }
  return pod.owner_name.empty() ? pod.name : pod.owner_name;
}

std::string say_state(PodState state, std::int64_t count, Language language) {
  const auto& words = words_of(state);
  if (language == Language::zh) return std::string(words.zh);
  return std::string(count == 1 ? words.en_one : words.en_many);
}

std::string say_pods(std::span<const Pod> pods, const std::optional<PodFilter>& filter,
                     const PodPlace& place, Language language) {
  const bool zh = language == Language::zh;
  const auto where = say_place(place.cluster, place.ns, language);
  std::vector<const Pod*> found;
  for (const auto& pod : pods) {
    if (filter ? filter->matches(pod) : !is_well(state_of(pod))) found.push_back(&pod);
  }
  if (filter) return say_found(found, *filter, where, language);
  const auto all = static_cast<std::int64_t>(pods.size());
  const auto bad = static_cast<std::int64_t>(found.size());
  if (all == 0) {
    return zh ? fmt::format("{}没有副本在跑。", where)
              : fmt::format("No pods run{}{}.", where.empty() ? "" : " ", where);
  }
  if (bad == 0) {
    if (!zh)
      return fmt::format("All {}{}{} are well.", say_pods_counted(all, language),
                         where.empty() ? "" : " ", where);
    return where.empty()
               ? fmt::format("{}都正常。", say_pods_counted(all, language))
               : fmt::format("{}一共{}，都正常。", where, say_pods_counted(all, language));
  }
  const auto groups = say_groups(groups_of(found), true, language);
  std::vector<std::string> sentences;
  if (zh) {
    sentences.push_back(
        fmt::format("{}有{}不正常：{}。", where, say_pods_counted(bad, language), groups));
    if (all > bad)
      sentences.push_back(fmt::format("其余{}个正常。", say_count(all - bad, language)));
  } else {
    sentences.push_back(capitalised(fmt::format(
        "{} of {}{}{} {} not well: {}.", say_count(bad, language), say_pods_counted(all, language),
        where.empty() ? "" : " ", where, bad == 1 ? "is" : "are", groups)));
  }
  return within_breath(sentences, language);
}

Json to_json(const Pod& pod, TimePoint now) {
  std::int64_t restarts = 0, ready = 0;
  Json images = Json::array();
  for (const auto& container : pod.containers) {
    restarts += container.restarts;
    ready += container.ready ? 1 : 0;
    images.push_back(container.image);
  }
  return {
      {"kind", "pod"},
      {"namespace", pod.ns},
      {"name", pod.name},
      {"workload", workload_of(pod)},
      {"status", name_of(state_of(pod))},
      {"reason", pod.reason},
      {"ready", ready},
      {"desired", static_cast<std::int64_t>(pod.containers.size())},
      {"restarts", restarts},
      {"node", pod.node},
      {"images", std::move(images)},
      {"age_seconds", std::chrono::duration_cast<std::chrono::seconds>(now - pod.created).count()}};
}

}  // namespace mtc::clusters
