#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kSpoken = 3;
constexpr std::size_t kMessageBytes = 500;

struct ReasonWords {
  std::string_view zh, en;
};

// The reasons that people ask about; others are read as they are.
ReasonWords words_of(std::string_view reason) {
  static const std::map<std::string_view, ReasonWords> kKnown{
      {"BackOff", {"反复重启", "back-off after crashes"}},
      {"FailedScheduling", {"没有节点放得下", "no node with room"}},
      {"Failed", {"启动失败", "failed starts"}},
      {"FailedMount", {"挂载失败", "failed mounts"}},
      {"FailedAttachVolume", {"挂盘失败", "failed attaching of volumes"}},
      {"Unhealthy", {"健康检查不通过", "failed health checks"}},
      {"OOMKilling", {"内存超限被杀", "killing for memory"}},
      {"Evicted", {"被驱逐", "evictions"}},
      {"Killing", {"停止容器", "stopped containers"}},
      {"Pulling", {"拉镜像", "pulling of images"}},
      {"Pulled", {"镜像拉好了", "pulled images"}},
      {"ErrImagePull", {"拉不到镜像", "failed pulling of images"}},
      {"ImagePullBackOff", {"拉不到镜像", "failed pulling of images"}},
      {"Scheduled", {"调度好了", "placements"}},
      {"Started", {"启动容器", "started containers"}},
      {"Created", {"创建容器", "created containers"}},
      {"ScalingReplicaSet", {"调整副本", "scalings"}},
      {"SuccessfulCreate", {"创建副本", "created pods"}},
      {"SuccessfulDelete", {"删除副本", "deleted pods"}},
      {"FailedCreate", {"副本创建失败", "failed creations of pods"}},
      {"NodeNotReady", {"节点没就绪", "nodes not ready"}}};
  const auto it = kKnown.find(reason);
  return it == kKnown.end() ? ReasonWords{reason, reason} : it->second;
}

bool is_warning(const EventGroup& group) {
  return group.type == "Warning";
}

}  // namespace

std::vector<EventGroup> condense(std::span<const Event> events) {
  std::map<std::pair<std::string, std::string>, EventGroup> groups;
  for (const auto& event : events) {
    auto& group = groups[{event.type, event.reason}];
    group.count += std::max<std::int64_t>(1, event.count);
    if (!group.reason.empty() && event.last < group.last) continue;
    group.type = event.type;
    group.reason = shorten_bytes(sanitize_utf8(event.reason), 100);
    group.message = shorten_bytes(sanitize_utf8(event.message), kMessageBytes);
    group.object = event.object_name;
    group.last = event.last;
  }
  std::vector<EventGroup> out;
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  std::ranges::sort(out, {}, [](const EventGroup& group) {
    return std::tuple(!is_warning(group), -group.count, group.reason);
  });
  return out;
}

std::string say_events(std::span<const EventGroup> groups, const std::string& name, TimePoint now,
                       const Zone& zone, Language language) {
  const bool zh = language == Language::zh;
  if (groups.empty())
    return zh ? fmt::format("{} 最近没有事件。", name)
              : fmt::format("There are no recent events of {}.", name);
  std::vector<std::string> warnings, others;
  TimePoint last{};
  for (const auto& group : groups) {
    const auto words = words_of(group.reason);
    const auto count = say_count(group.count, language);
    auto text = zh ? fmt::format("{}{}次", words.zh, count) : fmt::format("{} {}", count, words.en);
    (is_warning(group) ? warnings : others).push_back(std::move(text));
    if (is_warning(group)) last = std::max(last, group.last);
  }
  std::vector<std::string> sentences;
  if (warnings.empty()) {
    sentences.push_back(
        zh ? fmt::format("{} 没有告警事件，最近的是{}。", name, say_list(others, kSpoken, language))
           : fmt::format("{} has no warnings; recently: {}.", name,
                         say_list(others, kSpoken, language)));
  } else {
    sentences.push_back(
        zh ? fmt::format("{} 有告警：{}。", name, say_list(warnings, kSpoken, language))
           : fmt::format("{} has warnings: {}.", name, say_list(warnings, kSpoken, language)));
    if (last != TimePoint{})
      sentences.push_back(
          zh ? fmt::format("最后一次在{}。", say_moment(last, now, zone, language))
             : fmt::format("The last was {}.", say_moment(last, now, zone, language)));
  }
  return within_breath(sentences, language);
}

Json to_json(const EventGroup& group) {
  return {{"type", group.type},     {"reason", group.reason}, {"message", group.message},
          {"object", group.object}, {"count", group.count},   {"last", format_iso_utc(group.last)}};
}

}  // namespace mtc::clusters
