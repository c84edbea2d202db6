#include "domain/alerts/desk_wording.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"

namespace mtc::alerts {
namespace {

constexpr bool is_zh(Language language) {
  return language == Language::zh;
}

// What somebody said, short enough to be repeated.
std::string heard(std::string_view name) {
  return shorten_characters(sanitize_utf8(trim(name)), 30);
}

}  // namespace

std::string say_account_disabled(Language language) {
  return is_zh(language) ? "你的账号停用了，请管理员恢复。"
                         : "Your account is disabled. Ask an administrator to enable it.";
}

std::string say_may_not_operate(Language language) {
  return is_zh(language) ? "你现在只能查看告警，不能处理。请管理员给你一个有操作权限的令牌。"
                         : "You may look at alerts but not act on them. Ask an administrator for a "
                           "token with the scope ops.operate.";
}

std::string say_no_such_alert(std::int64_t number, Language language) {
  return is_zh(language)
             ? fmt::format("没有{}号告警。可以先问有哪些告警。", say_number(number, language))
             : fmt::format("There is no alert number {}. Ask which alerts there are.",
                           say_number(number, language));
}

std::string say_no_such_silence(std::int64_t number, Language language) {
  return is_zh(language)
             ? fmt::format("没有{}号静音，也可能已经结束了。", say_number(number, language))
             : fmt::format("There is no silence number {}, or it is over already.",
                           say_number(number, language));
}

std::string say_no_such_colleague(std::string_view name, Language language) {
  return is_zh(language)
             ? fmt::format("没有找到{}。只能交给同一个账号的人。", heard(name))
             : fmt::format("I found nobody called {} in your account. Say another name.",
                           heard(name));
}

std::string say_colleague_not_unique(std::string_view name, Language language) {
  return is_zh(language)
             ? fmt::format("叫{}的不止一个人，请说用户名。", heard(name))
             : fmt::format("Several people are called {}. Say the username.", heard(name));
}

std::string say_rollback_at_work(Language language) {
  return is_zh(language) ? "这条告警正在自动修复。等它结束，或者先说停。"
                         : "This alert is being repaired right now. Wait until that is over, or "
                           "say stop first.";
}

std::string say_snooze_range(Language language) {
  return is_zh(language) ? "只能推迟到以后的时间，最多三十天。"
                         : "It can be put off to a later time only, for thirty days at most.";
}

std::string say_quiet_is_over(Language language) {
  return is_zh(language) ? "静音的结束时间要比开始和现在都晚。"
                         : "A silence has to end after it begins, and after now.";
}

std::string say_quiet_too_long(int days, Language language) {
  return is_zh(language)
             ? fmt::format("静音最多{}天，请说一个近一点的时间。", say_number(days, language))
             : fmt::format("A silence lasts {} days at most. Say an earlier end.", days);
}

std::string say_everything_too_long(Language language) {
  return is_zh(language) ? "所有告警一起静音最多一天。请说是哪个服务，或者短一点。"
                         : "Everything can be silenced for one day at most. Name a service, or "
                           "say a shorter time.";
}

std::string say_daily_times_wrong(Language language) {
  return is_zh(language) ? "维护窗口要有每天的开始和结束时间，两个时间不能一样。"
                         : "A maintenance window needs two different times of the day, and days "
                           "of the week from Sunday to Saturday.";
}

std::string say_zone_unknown(std::string_view zone, Language language) {
  return is_zh(language) ? fmt::format("不认识时区 {}。", heard(zone))
                         : fmt::format("There is no time zone {}.", heard(zone));
}

std::string say_desk_not_recorded(Language language) {
  return is_zh(language) ? "审计日志写不进去，所以没有执行。请稍后再说一遍。"
                         : "This could not be written to the audit log, so it was not done. Say it "
                           "again later.";
}

}  // namespace mtc::alerts
