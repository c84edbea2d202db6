// How pods are, in the words people use.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

// How a pod is at its worst. Each name_of() is one that listings can be narrowed to.
enum class PodState {
  running,  // and ready
  completed,
  terminating,
  pending,
  not_ready,  // runs, and does not serve
  evicted,
  failed,
  oom_killed,
  image_pull,
  crash_loop,
  unknown,
};

PodState state_of(const Pod& pod);
bool is_well(PodState state);              // running, completed or terminating
std::string_view name_of(PodState state);  // "crashloopbackoff"

// What a listing is narrowed to: a state, or "unhealthy", 起不来, 不正常. nullopt for an unknown
// word.
struct PodFilter {
  std::string word;  // "unhealthy", "oomkilled" …
  bool matches(const Pod& pod) const;
};
std::optional<PodFilter> parse_pod_filter(std::string_view word);
// The words a filter may be, for a schema.
const std::vector<std::string>& pod_filter_words();

// What a pod belongs to, as people know it: "payment" of payment-7d9f4c5b6-x2k4q. The pod's own
// name where nothing controls it.
std::string workload_of(const Pod& pod);

struct PodPlace {
  std::string cluster, ns;  // as they are said; may be empty
};
// Bad news first: "crm 里三个副本不正常：payment 的两个拉不到镜像，order
// 的一个反复崩溃。其余九个正常。"
std::string say_pods(std::span<const Pod> pods, const std::optional<PodFilter>& filter,
                     const PodPlace& place, Language language);
// One state, for a count of pods: "拉不到镜像", "cannot pull their image".
std::string say_state(PodState state, std::int64_t count, Language language);

Json to_json(const Pod& pod, TimePoint now);

}  // namespace mtc::clusters
