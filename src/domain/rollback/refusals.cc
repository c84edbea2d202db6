#include "domain/rollback/refusals.h"

#include <fmt/format.h>

#include "base/spoken.h"

namespace mtc::rollback::refusals {
namespace {

std::string either(Language language, std::string zh, std::string en) {
  return language == Language::zh ? close_gaps(zh) : std::move(en);
}

}  // namespace

std::string automatic_is_off(Language language) {
  return either(language, "自动修复关着，没有动它。",
                "Automatic repair is off; nothing was touched.");
}

std::string outside_the_windows(Language language) {
  return either(language, "现在不在允许自动修复的时间里，没有动它。",
                "Repairs are not allowed at this time; nothing was touched.");
}

std::string score_too_low(Language language) {
  return either(language, "分数太低，不自动处理。",
                "Its score is too low for an automatic repair.");
}

std::string cluster_not_listed(const std::string& cluster, Language language) {
  return either(
      language, fmt::format("集群 {} 不在允许修复的名单里，没有动它。", cluster),
      fmt::format("Cluster {} is not on the list for repairs; nothing was touched.", cluster));
}

std::string is_protected(const std::string& ns, Language language) {
  return either(language, fmt::format("命名空间 {} 是受保护的，不自动改。", ns),
                fmt::format("Namespace {} is protected and is not changed.", ns));
}

std::string never_touched(const std::string& name, Language language) {
  return either(language, fmt::format("配置里写了不许动 {}。", name),
                fmt::format("The configuration says that {} is never touched.", name));
}

std::string too_many_operations(int most, Language language) {
  const std::string count = say_count(most, language);
  return either(language, fmt::format("一小时里已经回滚了{}次，到上限了，先停一停。", count),
                fmt::format("There were {} rollbacks in an hour, which is the limit.", count));
}

std::string too_often(const std::string& name, int most, Language language) {
  const std::string count = say_count(most, language);
  return either(
      language, fmt::format("{} 今天已经处理过{}次，再试也没用，得有人看。", name, count),
      fmt::format("{} was handled {} times today already; somebody has to look.", name, count));
}

std::string too_soon(const std::string& name, Language language) {
  return either(language, fmt::format("{} 刚刚才处理过，不马上再动它。", name),
                fmt::format("{} was handled a moment ago and is left alone for now.", name));
}

std::string nobody_may(Language language) {
  return either(language, "没有人有回滚权限，没有动它。请管理员在控制台里打开。",
                "Nobody has the rollback permission, so nothing was touched. An administrator can "
                "grant it in the console.");
}

std::string user_is_gone(Language language) {
  return either(language, "原来授权的账号已经没有了，没有继续。",
                "The account on whose behalf this ran is gone, so it did not go on.");
}

std::string user_is_disabled(const std::string& person, Language language) {
  return either(language, fmt::format("{} 的账号停用了，没有继续。", person),
                fmt::format("{}'s account is disabled, so nothing more was done.", person));
}

std::string no_permission(const std::string& person, Language language) {
  return either(language, fmt::format("{} 的账号没有回滚权限。请管理员在控制台里打开。", person),
                fmt::format("{}'s account has no rollback permission. An administrator can grant "
                            "it in the console.",
                            person));
}

std::string someone_rolls(const std::string& name, const std::string& someone, Language language) {
  const std::string zh = someone.empty() ? "有人" : someone;
  const std::string en = someone.empty() ? "Somebody" : someone;
  return either(language, fmt::format("{} 正在发布 {}，没有动它。", zh, name),
                fmt::format("{} is rolling out {} right now, so it was left alone.", en, name));
}

std::string too_many_replicas(const std::string& name, std::int64_t replicas, Language language) {
  const std::string count = say_count(replicas, language);
  return either(language, fmt::format("{} 有{}个副本，超过了允许自动动的数。", name, count),
                fmt::format("{} has {} replicas, more than may be touched.", name, count));
}

std::string too_large_share(int share, Language language) {
  const std::string percent = say_percent(share / 100.0, language);
  return either(language, fmt::format("这一步会同时影响{}的副本，超过了允许的范围。", percent),
                fmt::format("That step would take {} of the pods away at once, more than is "
                            "allowed.",
                            percent));
}

std::string too_many_objects(std::size_t objects, Language language) {
  const std::string count = say_count(static_cast<std::int64_t>(objects), language);
  return either(language, fmt::format("整个发布有{}个对象，太多了，不一起回滚。", count),
                fmt::format("The release has {} objects, too many to put back at once.", count));
}

std::string not_recorded(Language language) {
  return either(language, "审计记录写不进去，所以没有动它。",
                "The audit log cannot be written, so nothing was touched.");
}

std::string cluster_is_away(Language language) {
  return either(language, "集群一直连不上，没法继续。",
                "The cluster does not answer, so it could not go on.");
}

std::string no_workload(Language language) {
  return either(language, "这条告警找不到对应的服务，没法自动修复。",
                "No workload belongs to this alert, so nothing can be repaired.");
}

}  // namespace mtc::rollback::refusals
