#include "domain/approval/wording.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"

namespace mtc::approval {
namespace {

constexpr bool is_zh(Language language) {
  return language == Language::zh;
}

// Short enough to be heard, for what is asked stands behind it, and ready for another sentence.
std::string as_sentence(std::string_view summary, Language language) {
  std::string out = shorten_characters(trim(summary), 240);
  if (is_zh(language)) out = close_gaps(out);
  if (out.empty()) return out;
  const bool ended = out.ends_with("。") || out.ends_with("！") || out.ends_with("？") ||
                     out.ends_with('.') || out.ends_with('!') || out.ends_with('?');
  if (!ended) out += is_zh(language) ? "。" : ".";
  if (!is_zh(language)) out += " ";
  return out;
}

}  // namespace

std::string say_disabled(Language language) {
  return is_zh(language) ? "你的账号停用了，请管理员恢复。"
                         : "Your account is disabled. Ask an administrator to enable it.";
}

std::string say_missing_scope(identity::Scope needed, Language language) {
  switch (needed) {
    case identity::Scope::read:
      return is_zh(language) ? "这个令牌没有查询权限。请管理员给你一个新的。"
                             : "This token may not look. Ask an administrator for another one.";
    case identity::Scope::operate:
      return is_zh(language)
                 ? "你现在只能查询，不能改动。请管理员给你一个有操作权限的令牌。"
                 : "You may look but not change anything. Ask an administrator for a token with "
                   "the scope ops.operate.";
    case identity::Scope::admin:
      return is_zh(language)
                 ? "这件事要管理权限，你的令牌没有。请管理员来做，或者给你一个有管理权限的令牌。"
                 : "This needs the scope ops.admin, which your token does not have. Ask an "
                   "administrator to do it or to give you such a token.";
  }
  return {};
}

std::string say_protected(std::string_view ns, Language language) {
  return is_zh(language)
             ? fmt::format("{} 是受保护的命名空间，只有确认过身份的管理员能改。请管理员来做。", ns)
             : fmt::format(
                   "{} is a protected namespace: only an administrator whose identity is "
                   "confirmed may change it. Ask one to do it.",
                   ns);
}

std::string say_missing_assurance(identity::Assurance needed, Language language) {
  if (needed == identity::Assurance::strong) {
    return is_zh(language)
               ? "这件事做了就不能撤销，要先确认是你本人。请在你自己的电脑上做，或者让管理员把这个"
                 "令牌的信任改成 strong。"
               : "This cannot be undone, so I must be sure it is you. Do it on your own computer, "
                 "or ask an administrator for a token with --trust strong.";
  }
  return is_zh(language)
             ? "我还不能确定是你本人，所以没有执行。请管理员把这个设备或令牌的信任改成 voice。"
             : "I cannot be sure it is you, so nothing was done. Ask an administrator to set the "
               "trust of this device or token to voice.";
}

std::string say_too_many_changes(int limit, Language language) {
  return is_zh(language) ? fmt::format("你一个小时里已经改了{}次，到上限了。过一会儿再说一遍。",
                                       say_count(limit, language))
                         : fmt::format(
                               "You have made {} changes within an hour, which is the "
                               "limit. Try again later.",
                               say_number(limit, language));
}

std::string say_changed_too_often(int limit, Language language) {
  return is_zh(language)
             ? fmt::format("十分钟里已经改了它{}次。先看看效果，过几分钟再改。",
                           say_count(limit, language))
             : fmt::format(
                   "It was changed {} times within ten minutes. See how it does, and try "
                   "again in a few minutes.",
                   say_number(limit, language));
}

std::string say_too_many_waiting(int limit, Language language) {
  return is_zh(language) ? fmt::format("已经有{}件事等你确认。先确认或者取消，再说下一件。",
                                       say_count(limit, language))
                         : fmt::format(
                               "There are already {} things waiting for you. Confirm or "
                               "cancel them first.",
                               say_number(limit, language));
}

std::string say_not_recorded(Language language) {
  return is_zh(language) ? "操作记录写不进去，所以没有执行。请管理员检查数据库。"
                         : "The audit log cannot be written, so nothing was done. Ask an "
                           "administrator to look at the database.";
}

std::string say_plan(std::string_view summary, std::string_view code, Language language) {
  return as_sentence(summary, language) +
         fmt::format(
             fmt::runtime(is_zh(language) ? "确认请说：确认{}。" : "To confirm, say: confirm {}."),
             say_digits(code, language));
}

std::string say_question(std::string_view summary, Language language) {
  return as_sentence(summary, language) + (is_zh(language) ? "要执行吗？" : "Shall I go ahead?");
}

std::string say_no_code(Language language) {
  return is_zh(language) ? "没有听清确认码，它是四位数字。请再说一遍。"
                         : "I did not catch the code; it has four digits. Please say it again.";
}

std::string say_nothing_waits(Language language) {
  return is_zh(language) ? "现在没有等你确认的操作。要做什么，请说一遍。"
                         : "Nothing is waiting for you. Say again what you want to be done.";
}

std::string say_wrong_code(Language language) {
  return is_zh(language) ? "这个确认码不对，操作没有执行。还要做的话，再说一遍确认码。"
                         : "That code is wrong, so nothing was done. If you still want it, say the "
                           "code again.";
}

std::string say_dropped_after(int wrong_codes, Language language) {
  return is_zh(language)
             ? fmt::format("确认码错了{}次，操作已经取消，没有执行。还要做的话，从头再说一遍。",
                           say_count(wrong_codes, language))
             : fmt::format(
                   "The code was wrong {} times, so the plan is cancelled and nothing was "
                   "done. If you still want it, ask for it again.",
                   say_number(wrong_codes, language));
}

std::string say_too_many_codes(Language language) {
  return is_zh(language)
             ? "确认码错得太多了，这一个小时里不能再确认。请过一会儿再试，或者找管理员。"
             : "There were too many wrong codes, so none is taken for an hour. Try "
               "again later or ask an administrator.";
}

std::string say_over(PlanState state, Language language) {
  switch (state) {
    case PlanState::waiting:
    case PlanState::expired:
      return is_zh(language) ? "这个确认码过期了，操作没有执行。还要做的话，再说一遍。"
                             : "That code has expired, so nothing was done. If you still want it, "
                               "ask for it again.";
    case PlanState::executing:
      return is_zh(language) ? "这个操作已经确认过了，正在做。"
                             : "That has been confirmed already and is under way.";
    case PlanState::done:
      return is_zh(language) ? "这个操作已经做完了，没有再做一次。"
                             : "That has been done already; it was not done again.";
    case PlanState::failed:
      return is_zh(language)
                 ? "这个操作已经试过，没有成功，也没有再试。还要做的话，从头再说一遍。"
                 : "That was tried already and failed; it was not tried again. If you still want "
                   "it, ask for it again.";
    case PlanState::cancelled:
      return is_zh(language) ? "这个操作已经取消了，没有执行。还要做的话，再说一遍。"
                             : "That was cancelled, so nothing was done. If you still want it, ask "
                               "for it again.";
  }
  return {};
}

std::string say_replaced(Language language) {
  return is_zh(language) ? "换成了新的计划。" : "A newer plan took its place.";
}

std::string say_declined(Language language) {
  return is_zh(language) ? "好的，没有执行。" : "All right, nothing was done.";
}

std::string say_nobody_knows(Language language) {
  return is_zh(language) ? "做到一半程序停了，结果不清楚。请看一下现在是什么状态。"
                         : "The program stopped in the middle of it, so nobody knows what came of "
                           "it. Please look at how things are now.";
}

std::string say_target_changed(Language language) {
  return is_zh(language) ? "在你确认的时候它变了，所以没有执行。还要做的话，再说一遍。"
                         : "It changed while you were being asked, so nothing was done. If you "
                           "still want it, ask for it again.";
}

std::string say_cancelled(Language language) {
  return is_zh(language) ? "好的，已经取消，没有执行。" : "All right, cancelled; nothing was done.";
}

std::string say_done_unrecorded(Language language) {
  return is_zh(language) ? "不过操作记录没有写进去，请管理员检查数据库。"
                         : "But it could not be written into the audit log; ask an administrator "
                           "to look at the database.";
}

std::string say_cannot_go_on(Language language) {
  return is_zh(language) ? "这个操作在这里做不了，没有执行。请从原来的地方再说一遍。"
                         : "That cannot be done from here, so nothing was done. Ask for it again "
                           "where you asked first.";
}

}  // namespace mtc::approval
