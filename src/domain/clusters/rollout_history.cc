#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"
#include "domain/logs/time_range.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kCauseBytes = 300;
constexpr std::size_t kMostRead = 30;  // ControllerRevisions that are fetched one by one
constexpr std::string_view kCause = "kubernetes.io/change-cause";

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string cause_of(const Json& object) {
  const auto& notes = object_or_empty(object_or_empty(object, "metadata"), "annotations");
  return shorten_bytes(sanitize_utf8(string_or(notes, kCause)), kCauseBytes);
}

Async<Result<std::vector<Revision>>> of_replica_sets(ClusterApi* api, Workload workload,
                                                     std::size_t most) {
  auto sets = co_await api->workloads(WorkloadKind::replica_set, {.ns = workload.ns});
  if (!sets) co_return fail(std::move(sets).error());
  std::erase_if(*sets, [&](const Workload& one) { return one.owner_name != workload.name; });
  std::vector<Revision> out;
  for (auto& set : *sets) {
    out.push_back({.number = number_of(set.revision),
                   .name = set.name,
                   .images = std::move(set.images),
                   .created = set.created,
                   .current = set.revision == workload.revision});
  }
  std::ranges::sort(out, std::greater<>(), &Revision::number);
  if (out.size() > most) out.resize(most);
  for (auto& revision : out) {
    // Why is a courtesy: without it the history is still one.
    const auto object = co_await api->get(
        {.api_version = "apps/v1", .kind = "ReplicaSet", .ns = workload.ns, .name = revision.name});
    if (object) revision.cause = cause_of(*object);
  }
  co_return out;
}

std::vector<std::string> images_in(const Json& revision) {
  const auto& spec = object_or_empty(object_or_empty(revision, "data"), "spec");
  const auto& pod = object_or_empty(object_or_empty(spec, "template"), "spec");
  std::vector<std::string> out;
  for (const auto& container : array_or_empty(pod, "containers"))
    out.push_back(string_or(container, "image"));
  return out;
}

bool is_owned_by(const Json& object, const Workload& workload) {
  for (const auto& owner : array_or_empty(object_or_empty(object, "metadata"), "ownerReferences")) {
    if (string_or(owner, "name") == workload.name &&
        string_or(owner, "kind") == object_kind(workload.kind))
      return true;
  }
  return false;
}

Async<Result<std::vector<Revision>>> of_controller_revisions(ClusterApi* api, Workload workload,
                                                             std::size_t most) {
  auto names = co_await api->names("apps/v1", "ControllerRevision", workload.ns);
  if (!names) co_return fail(std::move(names).error());
  std::erase_if(*names, [&](const auto& name) { return !name.starts_with(workload.name + "-"); });
  if (names->size() > kMostRead) names->resize(kMostRead);
  std::vector<Revision> out;
  for (const auto& name : *names) {
    auto object = co_await api->get(
        {.api_version = "apps/v1", .kind = "ControllerRevision", .ns = workload.ns, .name = name});
    if (!object) co_return fail(std::move(object).error());
    if (!is_owned_by(*object, workload)) continue;
    out.push_back({.number = integer_or(*object, "revision"),
                   .name = name,
                   .images = images_in(*object),
                   .cause = cause_of(*object)});
    const auto made = logs::parse_instant(
        string_or(object_or_empty(*object, "metadata"), "creationTimestamp"), Zone::utc());
    if (made) out.back().created = *made;
  }
  std::ranges::sort(out, std::greater<>(), &Revision::number);
  if (!out.empty()) out.front().current = true;
  if (out.size() > most) out.resize(most);
  co_return out;
}

std::string versions(const Revision& revision, Language language) {
  std::vector<std::string> out;
  for (const auto& image : revision.images) out.push_back(image_version(image));
  return say_list(out, 2, language);
}

}  // namespace

Async<Result<std::vector<Revision>>> rollout_history(ClusterApi& api, Workload workload, int most) {
  const auto number = static_cast<std::size_t>(std::max(1, most));
  switch (workload.kind) {
    case WorkloadKind::deployment:
      co_return co_await of_replica_sets(&api, std::move(workload), number);
    case WorkloadKind::stateful_set:
    case WorkloadKind::daemon_set:
      co_return co_await of_controller_revisions(&api, std::move(workload), number);
    case WorkloadKind::job:
    case WorkloadKind::cron_job:
    case WorkloadKind::replica_set:
      break;
  }
  co_return std::vector<Revision>{};
}

std::string say_history(std::span<const Revision> revisions, const std::string& name, TimePoint now,
                        const Zone& zone, Language language) {
  const bool zh = language == Language::zh;
  if (revisions.empty())
    return zh ? fmt::format("{} 没有发布记录。", name)
              : fmt::format("There is no history of {}.", name);
  const auto current = std::ranges::find(revisions, true, &Revision::current);
  std::vector<std::string> sentences;
  if (current != revisions.end()) {
    const auto when = say_moment(current->created, now, zone, language);
    sentences.push_back(
        zh ? fmt::format("{} 现在是 {}，{}发布的。", name, versions(*current, language), when)
           : fmt::format("{} is at {}, released {}.", name, versions(*current, language), when));
  }
  std::vector<std::string> before;
  for (const auto& revision : revisions) {
    if (revision.current || before.size() == 2) continue;
    const auto when = say_moment(revision.created, now, zone, language);
    before.push_back(zh ? fmt::format("{}的 {}", when, versions(revision, language))
                        : fmt::format("{} {}", versions(revision, language), when));
  }
  if (!before.empty())
    sentences.push_back(zh ? fmt::format("之前是{}。", join(before, "，再之前是"))
                           : fmt::format("Before that: {}.", join(before, "; ")));
  const auto more =
      static_cast<std::int64_t>(revisions.size()) - 1 - static_cast<std::int64_t>(before.size());
  if (more > 0)
    sentences.push_back(
        zh ? fmt::format("还有{}个更早的版本。", say_count(more, language))
           : capitalised(fmt::format("{} older ones are kept.", say_count(more, language))));
  return within_breath(sentences, language);
}

Json to_json(const Revision& revision) {
  return {{"revision", revision.number},
          {"name", revision.name},
          {"images", revision.images},
          {"change_cause", revision.cause},
          {"created", format_iso_utc(revision.created)},
          {"current", revision.current}};
}

}  // namespace mtc::clusters
