#include "domain/rollback/rung_opinions.h"

#include <array>
#include <string_view>

namespace mtc::rollback {
namespace {

struct Entry {
  double fit = 0;  // 0: ruled out
  std::string_view zh, en;
};
using Row = std::array<Entry, 5>;  // restart, scale out, previous version, isolate, whole release

constexpr Entry fits(double fit, std::string_view zh, std::string_view en) {
  return {.fit = fit, .zh = zh, .en = en};
}
constexpr Entry never(std::string_view zh, std::string_view en) {
  return {.fit = 0, .zh = zh, .en = en};
}

constexpr Entry kReleaseBack = fits(0.6, "整个发布退回到上次正常的样子",
                                    "puts the whole release back to when it last was well");
constexpr Entry kReleaseLast =
    fits(0.2, "别的办法都没用时再退整个发布", "puts the whole release back if nothing else helps");
constexpr Entry kNoTraffic =
    never("没就绪的副本本来就没有流量", "pods that are not ready get no traffic anyway");
constexpr Entry kBusier = never("隔开几个，剩下的会更忙", "the others would only get busier");
constexpr Entry kMaybeVersion = fits(0.25, "也许是版本的问题", "the version may be to blame");

constexpr Row kBadImage{
    never("镜像拉不下来，重启没有用", "its image cannot be pulled, so a restart will not help"),
    never("新的副本也拉不到镜像", "new pods could not pull the image either"),
    fits(0.9, "上一个版本的镜像是好的", "the image of the version before is good"), kNoTraffic,
    kReleaseBack};
constexpr Row kCrashOfNew{never("崩溃的只有新版本，重启以后还是它",
                                "only the new version crashes, and a restart keeps it"),
                          never("新的副本也会崩溃", "new pods would crash too"),
                          fits(0.9, "崩溃的只有新版本", "only the new version crashes"), kNoTraffic,
                          kReleaseBack};
constexpr Row kCrash{
    fits(0.6, "版本没有换过，先重启", "the version is not new, so a restart comes first"),
    never("新的副本也会崩溃", "new pods would crash too"), kMaybeVersion, kNoTraffic, kReleaseLast};
constexpr Row kBadConfig{
    never("配置还是坏的，重启读到的也是它",
          "the configuration is still bad, and a restart reads it again"),
    never("新的副本读的也是这份配置", "new pods would read the same configuration"),
    fits(0.85, "连同配置一起退回去", "puts its configuration back as well"),
    never("每个副本读的都是这份配置", "all pods read the same configuration"), kReleaseBack};
constexpr Row kMemoryOfNew{
    fits(0.4, "重启能先把内存腾出来", "a restart frees the memory for now"),
    fits(0.35, "分给更多的副本", "spreads it over more pods"),
    fits(0.8, "换了版本以后内存才不够", "memory ran out since the version changed"), kBusier,
    kReleaseBack};
constexpr Row kMemory{fits(0.6, "重启能先把内存腾出来", "a restart frees the memory for now"),
                      fits(0.45, "分给更多的副本", "spreads it over more pods"), kMaybeVersion,
                      kBusier, kReleaseLast};
constexpr Row kNotReadyOfNew{fits(0.2, "也许只是没有起好", "it may just have started badly"),
                             never("新的副本也过不了检查", "new pods would not get ready either"),
                             fits(0.85, "没就绪的只有新版本", "only the new version is not ready"),
                             kNoTraffic, kReleaseBack};
constexpr Row kNotReady{
    fits(0.7, "版本没有换过，先重启", "the version is not new, so a restart comes first"),
    fits(0.3, "补上能用的副本", "adds pods that work"), kMaybeVersion, kNoTraffic, kReleaseLast};
constexpr Row kOverloadOfNew{
    never("重启的时候剩下的会更忙", "while it restarts the others would only get busier"),
    fits(0.6, "快到上限了，多几个副本分担", "it is near its limits, and more pods share the load"),
    fits(0.7, "换了版本以后才这么忙", "it is this busy since the version changed"), kBusier,
    kReleaseLast};
constexpr Row kOverload{
    never("重启的时候剩下的会更忙", "while it restarts the others would only get busier"),
    fits(0.9, "快到上限了，多几个副本分担", "it is near its limits, and more pods share the load"),
    fits(0.2, "也许是版本变慢了", "the version may be slow"), kBusier, kReleaseLast};
constexpr Row kErrorsOfNew{fits(0.3, "也许只是没有起好", "it may just have started badly"),
                           never("换了版本才报错，加副本没有用",
                                 "the errors came with the version, so more pods will not help"),
                           fits(0.85, "换了版本以后才报错", "the errors came with the version"),
                           fits(0.3, "把报错的副本隔开", "takes the pods with errors out"),
                           kReleaseBack};
constexpr Row kErrors{
    fits(0.6, "版本没有换过，先重启", "the version is not new, so a restart comes first"),
    fits(0.2, "也许是忙不过来", "it may be too busy"), kMaybeVersion,
    fits(0.3, "把报错的副本隔开", "takes the pods with errors out"), kReleaseLast};
constexpr Entry kNodesFault =
    never("坏的是节点，和它自己没有关系", "the node is at fault, not the workload");
constexpr Row kNodeDown{
    kNodesFault, fits(0.3, "新的副本会落到好的节点上", "new pods go to nodes that are well"),
    kNodesFault,
    fits(0.9, "把坏的节点隔开，副本换个地方", "takes the bad node out, so that its pods move"),
    kNodesFault};
constexpr Entry kNoRoom =
    never("没有节点放得下，这样腾不出地方", "no node has room, and this makes none");
constexpr Row kUnschedulableOfNew{
    kNoRoom, kNoRoom,
    fits(0.6, "上一个版本要的资源放得下", "what the version before asks for has room"), kNoRoom,
    fits(0.4, "整个发布退回到上次正常的样子",
         "puts the whole release back to when it last was well")};
constexpr Row kUnschedulable{kNoRoom, kNoRoom, kNoRoom, kNoRoom, kNoRoom};
constexpr Entry kNotItself =
    never("它自己是好的，动它没有用", "the workload itself is well, so touching it will not help");
constexpr Row kDependency{kNotItself, kNotItself, kNotItself, kNotItself, kNotItself};
constexpr Row kNoisy{kNotItself,
                     fits(0.6, "新的副本会落到别的节点上", "new pods go to other nodes"),
                     kNotItself, kNotItself, kNotItself};
constexpr Entry kNothing = never("没有看到它有问题", "nothing is wrong with it that can be seen");
constexpr Row kNone{kNothing, kNothing, kNothing, kNothing, kNothing};
constexpr Entry kNobodyKnows =
    never("不知道是什么问题，不乱动", "nobody knows what is wrong, so it is left alone");
constexpr Row kUnknown{kNobodyKnows, kNobodyKnows, kNobodyKnows, kNobodyKnows, kNobodyKnows};

const Row& row_of(Trouble trouble, bool is_new) {
  switch (trouble) {
    case Trouble::bad_image:
      return kBadImage;
    case Trouble::crash_loop:
      return is_new ? kCrashOfNew : kCrash;
    case Trouble::bad_config:
      return kBadConfig;
    case Trouble::out_of_memory:
      return is_new ? kMemoryOfNew : kMemory;
    case Trouble::not_ready:
      return is_new ? kNotReadyOfNew : kNotReady;
    case Trouble::overload:
      return is_new ? kOverloadOfNew : kOverload;
    case Trouble::high_error_rate:
      return is_new ? kErrorsOfNew : kErrors;
    case Trouble::node_down:
      return kNodeDown;
    case Trouble::unschedulable:
      return is_new ? kUnschedulableOfNew : kUnschedulable;
    case Trouble::dependency:
      return kDependency;
    case Trouble::noisy_neighbour:
      return kNoisy;
    case Trouble::none:
      return kNone;
    case Trouble::unknown:
      return kUnknown;
  }
  return kUnknown;
}

// What the cluster does not allow, however well it would fit.
std::optional<Entry> obstacle(const Findings& findings, Trouble trouble, Rung rung) {
  switch (rung) {
    case Rung::restart:
    case Rung::person:
      return std::nullopt;
    case Rung::scale_out:
      if (findings.can_scale) return std::nullopt;
      return never("它的副本数不归我管", "how many pods it has is not for me to change");
    case Rung::previous_version:
      if (!findings.has_previous_version)
        return never("没有正常运行过的上一个版本", "there is no version before that was well");
      if (trouble == Trouble::bad_image && findings.oldest_version_sick)
        return never("上一个版本的镜像也拉不下来", "the version before cannot be pulled either");
      if (findings.as_when_well && !findings.newest_version_sick)
        return never("这个版本一直好好的，不是它的问题",
                     "this version has been well all along and is not to blame");
      return std::nullopt;
    case Rung::isolate:
      if (trouble == Trouble::node_down) return std::nullopt;
      if (findings.sick_pods.value_or(0) == 0)
        return never("没有哪个副本是单独坏的", "no single pod of it is sick");
      if (findings.well_pods.value_or(0) == 0)
        return never("没有好的副本了，隔离就等于停掉",
                     "no pod of it is well, so that would stop it");
      return std::nullopt;
    case Rung::whole_release:
      if (findings.release_changed) return std::nullopt;
      return never("整个发布和上次正常的时候一样",
                   "its release is as it was when it last was well");
  }
  return std::nullopt;
}

}  // namespace

std::vector<RungOpinion> opinions_on(const Findings& findings, Trouble trouble, bool is_new,
                                     Language language) {
  const Row& row = row_of(trouble, is_new);
  std::vector<RungOpinion> out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    Entry entry = row[i];
    if (entry.fit > 0) {
      if (const auto found = obstacle(findings, trouble, kRungs[i])) entry = *found;
    }
    out.push_back({.rung = kRungs[i],
                   .fit = entry.fit,
                   .ruled_out = entry.fit == 0,
                   .reason = std::string(language == Language::zh ? entry.zh : entry.en)});
  }
  return out;
}

}  // namespace mtc::rollback
