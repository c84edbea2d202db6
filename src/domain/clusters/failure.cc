#include "domain/clusters/failure.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "domain/clusters/breaker.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kReason = 80;  // characters of what the other side says

// In the person's language, and a sentence.
bool is_own(const Error& error, Language language) {
  const std::string_view message = error.message;
  if (message.empty() || !error.vendor_code.empty()) return false;
  if (language == Language::zh) return !std::ranges::all_of(message, is_ascii);
  return error.code == Errc::invalid_argument || is_one_of(message.back(), ".?");
}

// What of a reason can be read aloud: names and words, no brackets and quotes.
std::string readable(std::string_view text) {
  std::string out;
  for (const char c : sanitize_utf8(text)) {
    const bool plain = !is_ascii(c) || is_alnum(c) || is_one_of(c, "-_.,:;/");
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return shorten_characters(trim(out), kReason);
}

// What is wrong stands in the other side's words alone.
std::string say_not_accepted(const Error& error, bool zh) {
  const auto why = readable(error.message);
  if (why.empty()) return zh ? "这个要求不被接受。" : "That is not accepted.";
  return (zh ? "这个要求不被接受：" : "That is not accepted: ") + why;
}

}  // namespace

std::string say_failure(const Error& error, Language language) {
  if (is_own(error, language)) return error.message;
  const bool zh = language == Language::zh;
  switch (error.code) {
    case Errc::invalid_argument:
      return say_not_accepted(error, zh);
    case Errc::unauthenticated:
      return zh ? "腾讯云或者集群的凭证已经失效，请管理员更新。"
                : "The credentials are no longer valid; have an administrator renew them.";
    case Errc::denied:
      return zh ? "这个账号没有权限，请管理员在访问管理和集群授权里加上。"
                : "This account may not do that; have an administrator allow it in access "
                  "management and in the cluster.";
    case Errc::not_found:
      return zh ? "没有找到，可能刚被删掉，再查一次。"
                : "That is not there; it may just have been deleted. Look again.";
    case Errc::conflict:
      return zh ? "它正在变或者刚刚被改过，看一下再说一遍。"
                : "It is being changed or has just changed; look again, then ask again.";
    case Errc::rate_limited:
      return zh ? "问得太勤，腾讯云或者集群暂时不回答，过一分钟再试。"
                : "Too many questions for Tencent Cloud or the cluster; try again in a minute.";
    case Errc::resource_exhausted:
      return zh ? "腾讯云的配额用完了，请管理员提高配额或者先清理一些。"
                : "A quota of Tencent Cloud is used up; raise it or clear something out first.";
    case Errc::unavailable:
      return zh ? "腾讯云或者集群暂时连不上，稍后再试。"
                : "Tencent Cloud or the cluster does not answer; try again later.";
    case Errc::timed_out:
      return zh ? "等了太久，腾讯云或者集群没有回答，稍后再试。"
                : "Tencent Cloud or the cluster took too long to answer; try again later.";
    case Errc::cancelled:
      return zh ? "已经取消。" : "Cancelled.";
    case Errc::internal:
      return zh ? "我这边出错了，日志里有记录。" : "Something broke on my side; the log says more.";
  }
  return {};
}

bool may_be_done(const Error& error) {
  // Who is over a limit is told so before anything is done.
  const bool limited = error.code == Errc::rate_limited || error.code == Errc::resource_exhausted;
  return is_trouble(error.code) && !limited;
}

std::string say_write_failure(const Error& error, Language language) {
  if (!may_be_done(error)) return say_failure(error, language);
  return language == Language::zh
             ? "没有收到回答，不知道做成了没有。先看一下它现在的样子，再决定要不要重来。"
             : "There was no answer, so I cannot tell whether it was done. Look at how it is now "
               "before you try again.";
}

}  // namespace mtc::clusters
