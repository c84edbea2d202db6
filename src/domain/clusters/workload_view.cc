#include "domain/clusters/workload_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

struct KindNames {
  WorkloadKind kind;
  std::string_view name, object;
};
constexpr std::array<KindNames, 6> kKinds{
    {{WorkloadKind::deployment, "deployment", "Deployment"},
     {WorkloadKind::stateful_set, "statefulset", "StatefulSet"},
     {WorkloadKind::daemon_set, "daemonset", "DaemonSet"},
     {WorkloadKind::job, "job", "Job"},
     {WorkloadKind::cron_job, "cronjob", "CronJob"},
     {WorkloadKind::replica_set, "replicaset", "ReplicaSet"}}};

bool is_serving(WorkloadKind kind) {
  return kind == WorkloadKind::deployment || kind == WorkloadKind::stateful_set ||
         kind == WorkloadKind::daemon_set || kind == WorkloadKind::replica_set;
}

// "order 要三个只有一个", "order has one of three".
std::string say_shortage(const Workload& workload, Language language) {
  const bool zh = language == Language::zh;
  const auto ready = say_count(workload.ready, language);
  const auto desired = say_count(workload.desired, language);
  if (!is_serving(workload.kind)) {
    return zh ? fmt::format("{} 失败了", workload.name) : fmt::format("{} failed", workload.name);
  }
  if (workload.ready == 0) {
    return zh ? fmt::format("{} 的{}个副本都没起来", workload.name, desired)
              : fmt::format("none of the {} pods of {} is ready", desired, workload.name);
  }
  return zh ? fmt::format("{} 要{}个只有{}个正常", workload.name, desired, ready)
            : fmt::format("{} has {} of {} ready", workload.name, ready, desired);
}

}  // namespace

std::string_view name_of(WorkloadKind kind) {
  return std::ranges::find(kKinds, kind, &KindNames::kind)->name;
}

std::string_view object_kind(WorkloadKind kind) {
  return std::ranges::find(kKinds, kind, &KindNames::kind)->object;
}

std::optional<WorkloadKind> parse_workload_kind(std::string_view word) {
  std::string plain = to_lower_ascii(trim(word));
  std::erase_if(plain, [](char c) { return c == ' ' || c == '-' || c == '_'; });
  if (plain.ends_with('s') && plain != "sts" && plain != "ds" && plain != "rs") plain.pop_back();
  for (const auto& [shorter, name] :
       {std::pair<std::string_view, std::string_view>{"deploy", "deployment"},
        {"sts", "statefulset"},
        {"ds", "daemonset"},
        {"rs", "replicaset"}}) {
    if (plain == shorter) plain = name;
  }
  const auto it = std::ranges::find(kKinds, plain, &KindNames::name);
  return it == kKinds.end() ? std::nullopt : std::optional(it->kind);
}

bool is_well(const Workload& workload) {
  switch (workload.kind) {
    case WorkloadKind::deployment:
    case WorkloadKind::stateful_set:
    case WorkloadKind::daemon_set:
      return workload.ready >= workload.desired;
    case WorkloadKind::job:
      return workload.failed == 0 || workload.available >= workload.desired;
    case WorkloadKind::cron_job:
    case WorkloadKind::replica_set:
      return true;
  }
  return true;
}

bool is_rolling_out(const Workload& workload) {
  if (!is_serving(workload.kind) || workload.kind == WorkloadKind::replica_set) return false;
  return workload.observed < workload.generation || workload.updated < workload.desired;
}

std::string say_workloads(std::span<const Workload> workloads, bool only_bad, const PodPlace& place,
                          Language language) {
  const bool zh = language == Language::zh;
  const auto where = say_place(place.cluster, place.ns, language);
  std::vector<std::string> bad, names;
  for (const auto& workload : workloads) {
    names.push_back(workload.name);
    if (!is_well(workload)) bad.push_back(say_shortage(workload, language));
  }
  const auto all = static_cast<std::int64_t>(workloads.size());
  const auto ill = static_cast<std::int64_t>(bad.size());
  if (all == 0)
    return zh ? fmt::format("{}没有找到。", where.empty() ? "" : where)
              : fmt::format("I found none{}{}.", where.empty() ? "" : " ", where);
  std::vector<std::string> sentences;
  if (ill > 0) {
    sentences.push_back(
        zh ? fmt::format("{}有{}个不正常：{}。", where, say_count(ill, language),
                         say_list(bad, 3, language))
           : capitalised(fmt::format("{} of {} {}{}not well: {}.", say_count(ill, language),
                                     say_count(all, language), where.empty() ? "" : where + " ",
                                     ill == 1 ? "is " : "are ", say_list(bad, 3, language))));
    if (all > ill && zh)
      sentences.push_back(fmt::format("其余{}个正常。", say_count(all - ill, language)));
  } else if (only_bad) {
    sentences.push_back(zh ? where + "没有不正常的。"
                           : capitalised(fmt::format("nothing {} is unwell.", where)));
  } else {
    sentences.push_back(
        zh ? fmt::format("{}一共{}个，都正常：{}。", where, say_count(all, language),
                         say_list(names, 5, language))
           : capitalised(fmt::format("all {} {}{}are well: {}.", say_count(all, language), where,
                                     where.empty() ? "" : " ", say_list(names, 5, language))));
  }
  return within_breath(sentences, language);
}

std::string say_workload(const Workload& workload, std::span<const Pod> pods, Language language) {
  const bool zh = language == Language::zh;
  std::vector<Pod> ill;
  for (const auto& pod : pods) {
    if (!is_well(state_of(pod))) ill.push_back(pod);
  }
  std::vector<std::string> sentences;
  if (workload.kind == WorkloadKind::cron_job) {
    sentences.push_back(
        workload.paused ? (zh ? fmt::format("{} 已经暂停。", workload.name)
                              : fmt::format("{} is suspended.", workload.name))
                        : (zh ? fmt::format("{} 没有暂停，现在有{}个在跑。", workload.name,
                                            say_count(workload.desired, language))
                              : fmt::format("{} is active; {} of its jobs run now.", workload.name,
                                            say_count(workload.desired, language))));
    return within_breath(sentences, language);
  }
  if (!is_well(workload)) {
    auto shortage = say_shortage(workload, language);
    if (!zh && workload.ready == 0 && is_serving(workload.kind)) shortage = capitalised(shortage);
    sentences.push_back(std::move(shortage) + (zh ? "。" : "."));
    std::map<PodState, std::int64_t> states;
    for (const auto& pod : ill) ++states[state_of(pod)];
    std::vector<std::string> parts;
    for (const auto& [state, count] : states)
      parts.push_back(zh ? say_count(count, language) + "个" + say_state(state, count, language)
                         : say_count(count, language) + " " + say_state(state, count, language));
    if (!parts.empty())
      sentences.push_back(capitalised(say_list(parts, 3, language)) + (zh ? "。" : "."));
  } else if (workload.desired == 0) {
    sentences.push_back(zh ? fmt::format("{} 缩到了零个副本，没有在跑。", workload.name)
                           : fmt::format("{} is scaled to zero and does not run.", workload.name));
  } else if (workload.kind == WorkloadKind::job) {
    const bool over = workload.available >= workload.desired;
    sentences.push_back(
        zh ? fmt::format("{} {}。", workload.name, over ? "跑完了" : "没有失败")
           : fmt::format("{} {}.", workload.name, over ? "has completed" : "has not failed"));
  } else {
    sentences.push_back(zh ? fmt::format("{} 的{}都正常。", workload.name,
                                         say_pods_counted(workload.ready, language))
                           : fmt::format("All {} of {} are well.",
                                         say_pods_counted(workload.ready, language),
                                         workload.name));
  }
  if (workload.paused) {
    sentences.push_back(zh ? "它的发布暂停了。" : "Its rollout is paused.");
  } else if (is_rolling_out(workload)) {
    sentences.push_back(
        zh ? fmt::format("正在发布，{}个已经更新。", say_count(workload.updated, language))
           : fmt::format("A rollout is under way; {} updated so far.",
                         say_count(workload.updated, language)));
  }
  std::int64_t restarts = 0;
  for (const auto& pod : pods) {
    for (const auto& container : pod.containers) restarts += container.restarts;
  }
  if (restarts > 0)
    sentences.push_back(
        zh ? fmt::format("一共重启过{}次。", say_count(restarts, language))
           : fmt::format("It restarted {} times in all.", say_count(restarts, language)));
  if (!workload.images.empty()) {
    const auto version = image_version(workload.images.front());
    if (!version.empty())
      sentences.push_back(zh ? fmt::format("版本是 {}。", version)
                             : fmt::format("The version is {}.", version));
  }
  return within_breath(sentences, language);
}

std::string image_version(std::string_view image) {
  if (const auto digest = image.find("@sha256:"); digest != std::string_view::npos) {
    const auto tagged = image_version(image.substr(0, digest));
    return tagged == "latest" ? std::string(image.substr(digest + 8, 7)) : tagged;
  }
  const auto name = image.substr(image.rfind('/') + 1);
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? "latest" : std::string(name.substr(colon + 1));
}

Json to_json(const Workload& workload) {
  return {{"kind", name_of(workload.kind)},
          {"namespace", workload.ns},
          {"name", workload.name},
          {"status", !is_well(workload)         ? "unhealthy"
                     : is_rolling_out(workload) ? "updating"
                                                : "running"},
          {"desired", workload.desired},
          {"ready", workload.ready},
          {"updated", workload.updated},
          {"available", workload.available},
          {"paused", workload.paused},
          {"schedule", workload.schedule},
          {"images", workload.images}};
}

Json to_json(const Service& service) {
  return {
      {"kind", "service"},     {"namespace", service.ns},       {"name", service.name},
      {"type", service.type},  {"address", service.cluster_ip}, {"addresses", service.addresses},
      {"ports", service.ports}};
}

Json to_json(const Ingress& ingress) {
  return {
      {"kind", "ingress"},      {"namespace", ingress.ns},      {"name", ingress.name},
      {"hosts", ingress.hosts}, {"services", ingress.services}, {"addresses", ingress.addresses}};
}

std::string say_fronts(std::span<const std::string> names, bool ingress, const PodPlace& place,
                       Language language) {
  const bool zh = language == Language::zh;
  const auto where = say_place(place.cluster, place.ns, language);
  const std::vector<std::string> list(names.begin(), names.end());
  const auto count = say_count(static_cast<std::int64_t>(list.size()), language);
  if (zh) {
    const auto* kind = ingress ? "入口" : "服务入口";
    if (list.empty()) return fmt::format("{}没有{}。", where, kind);
    return fmt::format("{}有{}个{}：{}。", where, count, kind, say_list(list, 5, language));
  }
  const auto* kind = ingress ? "ingress" : "service";
  const auto* many = list.size() == 1 ? "" : ingress ? "es" : "s";
  if (list.empty())
    return fmt::format("There is no {}{}{}.", kind, where.empty() ? "" : " ", where);
  return fmt::format("There {} {} {}{}{}{}: {}.", list.size() == 1 ? "is" : "are", count, kind,
                     many, where.empty() ? "" : " ", where, say_list(list, 5, language));
}

}  // namespace mtc::clusters
