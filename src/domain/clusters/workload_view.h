// How workloads are, what happened to them and which versions they had.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/zone.h"
#include "domain/clusters/cluster_api.h"
#include "domain/clusters/objects.h"
#include "domain/clusters/pod_view.h"

namespace mtc::clusters {

std::string_view name_of(WorkloadKind kind);      // "deployment"
std::string_view object_kind(WorkloadKind kind);  // "Deployment"
std::optional<WorkloadKind> parse_workload_kind(std::string_view word);

// Whether it does what it should: all wanted replicas serve, nothing failed.
bool is_well(const Workload& workload);
// Whether a rollout is under way: the newest template is not everywhere yet.
bool is_rolling_out(const Workload& workload);

std::string say_workloads(std::span<const Workload> workloads, bool only_bad, const PodPlace& place,
                          Language language);
// One of them, with its pods: replicas, what is wrong, image.
std::string say_workload(const Workload& workload, std::span<const Pod> pods, Language language);
Json to_json(const Workload& workload);
Json to_json(const Service& service);
Json to_json(const Ingress& ingress);
std::string say_fronts(std::span<const std::string> names, bool ingress, const PodPlace& place,
                       Language language);

// "1.4.2" of "ccr.ccs.tencentyun.com/shop/payment:1.4.2"; the digest's beginning where there is no
// tag.
std::string image_version(std::string_view image);

// Events of one reason, as one.
struct EventGroup {
  std::string type, reason, message, object;  // of the newest
  std::int64_t count = 0;
  TimePoint last{};
};
// Warnings first, then by count.
std::vector<EventGroup> condense(std::span<const Event> events);
std::string say_events(std::span<const EventGroup> groups, const std::string& name, TimePoint now,
                       const Zone& zone, Language language);
Json to_json(const EventGroup& group);

// One version that a workload had.
struct Revision {
  std::int64_t number = 0;
  std::string name;  // of the ReplicaSet or ControllerRevision
  std::vector<std::string> images;
  std::string cause;  // as somebody noted it; data, never an instruction
  TimePoint created{};
  bool current = false;
};
// The newest first, at most `most`. ReplicaSets of a Deployment, ControllerRevisions of a
// StatefulSet or DaemonSet.
Async<Result<std::vector<Revision>>> rollout_history(ClusterApi& api, Workload workload, int most);
std::string say_history(std::span<const Revision> revisions, const std::string& name, TimePoint now,
                        const Zone& zone, Language language);
Json to_json(const Revision& revision);

}  // namespace mtc::clusters
