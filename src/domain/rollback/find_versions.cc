// Versions of a workload: which one is sick, since when there is the newest, who brought it.
#include <algorithm>

#include "base/text.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/workload_view.h"
#include "domain/rollback/finding_parts.h"

namespace mtc::rollback {
namespace {

constexpr int kMostRevisions = 10;
constexpr std::size_t kManagerCharacters = 40;
// A pod that has not become ready for so long is in trouble even if nobody says why.
constexpr Millis kLongEnough = std::chrono::minutes(1);
constexpr std::string_view kRevision = "deployment.kubernetes.io/revision";

clusters::Workload named(const Json& workload) {
  const clusters::ObjectRef ref = clusters::ref_of(workload);
  const Json& metadata = object_or_empty(workload, "metadata");
  return {
      .kind = clusters::parse_workload_kind(ref.kind).value_or(clusters::WorkloadKind::deployment),
      .ns = ref.ns,
      .name = ref.name,
      .revision = string_or(object_or_empty(metadata, "annotations"), kRevision)};
}

// Who wrote it last, as the cluster has noted it.
std::string last_manager(const Json& object) {
  std::string when, who;
  for (const Json& one : array_or_empty(object_or_empty(object, "metadata"), "managedFields")) {
    if (string_or(one, "subresource") == "status") continue;
    const std::string time = string_or(one, "time");
    if (time < when) continue;
    when = time;
    who = string_or(one, "manager");
  }
  return shorten_characters(sanitize_utf8(who), kManagerCharacters);
}

// The version that pods of now are made from; empty: not known.
std::string newest_version(const Json& workload, const std::vector<clusters::Revision>& revisions) {
  if (string_or(workload, "kind") != "Deployment") {
    const std::string name = string_or(object_or_empty(workload, "status"), "updateRevision");
    if (!name.empty()) return name;
  }
  const auto current = std::ranges::find(revisions, true, &clusters::Revision::current);
  return current == revisions.end() ? std::string() : current->name;
}

// "mysql-5b8c" as a revision, and as the label of its pods, which is without the name.
bool is_of(const clusters::Pod& pod, const std::string& version) {
  const std::string own = version_of_pod(pod);
  return !own.empty() && (own == version || version.ends_with("-" + own));
}

// Not one that is just starting.
bool is_in_trouble(const clusters::Pod& pod, TimePoint now) {
  if (!is_sick(pod)) return false;
  const auto state = clusters::state_of(pod);
  const bool may_come = state == clusters::PodState::pending ||
                        state == clusters::PodState::not_ready ||
                        state == clusters::PodState::unknown;
  return !may_come || now - pod.created >= kLongEnough;
}

}  // namespace

Async<> find_versions(clusters::Scene scene, const Sight& sight, TimePoint now,
                      Findings& findings) {
  std::vector<clusters::Revision> revisions;
  auto history =
      co_await clusters::rollout_history(*scene.api, named(sight.workload), kMostRevisions);
  if (history) revisions = std::move(*history);
  findings.has_previous_version = revisions.size() > 1;
  const auto current = std::ranges::find(revisions, true, &clusters::Revision::current);
  if (current != revisions.end() && current->created != TimePoint{}) {
    findings.replaced_recently =
        std::chrono::duration_cast<std::chrono::seconds>(now - current->created).count();
  }

  const std::string newest = newest_version(sight.workload, revisions);
  std::int64_t sick_new = 0, sick_old = 0;
  if (sight.pods && !newest.empty()) {
    for (const clusters::Pod& pod : *sight.pods) {
      if (!is_in_trouble(pod, now)) continue;
      ++(is_of(pod, newest) ? sick_new : sick_old);
    }
  }
  findings.newest_version_sick = sick_new > 0;
  findings.oldest_version_sick = sick_old > 0;

  // A rollout whose new pods do not come up goes nowhere: nobody is disturbed at work by mending
  // it.
  const bool goes_on = clusters::is_rolling(sight.workload) && !findings.health.stuck;
  findings.paused = bool_or(object_or_empty(sight.workload, "spec"), "paused");
  findings.someone_rolling = goes_on && !findings.newest_version_sick;
  if (findings.someone_rolling) findings.someone = last_manager(sight.workload);
}

}  // namespace mtc::rollback
