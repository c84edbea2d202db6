#include "domain/broadcast/phrases.h"

#include <fmt/format.h>

#include <array>

#include "base/spoken.h"
#include "domain/broadcast/schedule.h"

namespace mtc::broadcast {
namespace {

std::string_view greeting_word(Language language, int hour) {
  struct Span {
    int until;
    std::string_view zh;
    std::string_view en;
  };
  static constexpr std::array<Span, 6> kSpans{{{5, "夜深了", "Hello"},
                                               {9, "早上好", "Good morning"},
                                               {12, "上午好", "Good morning"},
                                               {14, "中午好", "Good afternoon"},
                                               {18, "下午好", "Good afternoon"},
                                               {24, "晚上好", "Good evening"}}};
  for (const auto& span : kSpans) {
    if (hour < span.until) return language == Language::zh ? span.zh : span.en;
  }
  return kSpans.back().zh;
}

std::string hello_at(const identity::User& user, int hour) {
  const std::string_view word = greeting_word(user.language, hour);
  if (user.language == Language::zh) {
    return user.display_name.empty() ? fmt::format("{}。", word)
                                     : fmt::format("{}，{}。", word, user.display_name);
  }
  return user.display_name.empty() ? fmt::format("{}.", word)
                                   : fmt::format("{}, {}.", word, user.display_name);
}

// What a listener can do something with; the technical rest is in the log.
std::string_view spoken_reason(Language language, Errc code) {
  const bool zh = language == Language::zh;
  switch (code) {
    case Errc::unauthenticated:
    case Errc::denied:
      return zh ? "腾讯云的密钥没有权限" : "the cloud key is not allowed to read them";
    case Errc::not_found:
      return zh ? "没有找到日志主题" : "the log topic was not found";
    case Errc::rate_limited:
      return zh ? "查询太频繁，被限流了" : "the log service is limiting us";
    case Errc::timed_out:
      return zh ? "日志服务没有及时回答" : "the log service did not answer in time";
    case Errc::invalid_argument:
    case Errc::conflict:
      return zh ? "日志查询的设置不对" : "the log settings are wrong";
    case Errc::resource_exhausted:
      return zh ? "服务器的磁盘或者内存不够" : "the server is out of disk or memory";
    case Errc::unavailable:
    case Errc::cancelled:
    case Errc::internal:
      return zh ? "腾讯云暂时连不上" : "the cloud cannot be reached";
  }
  return {};
}

}  // namespace

std::string hello(const identity::User& user, TimePoint now) {
  return hello_at(user, zone_of(user).civil(now).hour);
}

std::string hello_in_window(const identity::User& user) {
  return hello_at(user, static_cast<int>(user.window_start.count() / 60));
}

std::string still_here(const identity::User& user) {
  return user.language == Language::zh ? "在呢。" : "I'm here.";
}

std::string nothing_new(Language language) {
  return language == Language::zh ? "没有新的事要告诉你。" : "Nothing new to tell you.";
}

std::string more_waiting(Language language, std::int64_t count) {
  if (language == Language::zh)
    return fmt::format("还有{}件事，要听吗？", say_count(count, language));
  return count == 1 ? "There is one more thing. Want to hear it?"
                    : fmt::format("There are {} more things. Want to hear them?",
                                  say_count(count, language));
}

std::string can_repeat(Language language) {
  return language == Language::zh ? "想再听早报，就说再说一遍。"
                                  : "To hear the report again, say repeat.";
}

std::string logs_out_of_reach(Language language, const Error& error) {
  const std::string_view reason = spoken_reason(language, error.code);
  return language == Language::zh
             ? fmt::format("昨晚的日志现在取不到，{}。过几分钟再叫我。", reason)
             : fmt::format("I can't get last night's logs: {}. Ask me again in a few minutes.",
                           reason);
}

std::string nothing_to_repeat(Language language) {
  return language == Language::zh ? "那一天没有播报。" : "There was no report that day.";
}

}  // namespace mtc::broadcast
