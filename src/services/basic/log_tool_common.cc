#include "services/basic/log_tool_common.h"

#include <fmt/format.h>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/failure.h"
#include "domain/digest/safe_text.h"
#include "domain/logs/region.h"
#include "domain/logs/time_range.h"

namespace mtc::services {
namespace {

constexpr std::size_t kSpokenName = 40;
constexpr std::size_t kSpokenNames = 5;
constexpr std::size_t kReason = 160;
constexpr std::string_view kUsualRange = "last_1h";

std::string say_failure(const Error& error, Language language) {
  const bool zh = language == Language::zh;
  switch (error.code) {
    case Errc::invalid_argument:
      // What is wrong stands in the service's words alone. They are data: bounded, on one line.
      return (zh ? "日志服务不接受这个请求：" : "The log service does not take this request: ") +
             shorten_characters(digest::visible_text(error.message), kReason);
    case Errc::unauthenticated:
      return zh ? "腾讯云不认这把密钥，请管理员检查凭据"
                : "Tencent Cloud does not accept the key; ask an administrator to check the "
                  "credentials";
    case Errc::denied:
      return zh ? "腾讯云没有给这个账号权限，请管理员在访问管理里授权日志服务"
                : "This account may not do that; ask an administrator to allow it the log service "
                  "in access management";
    case Errc::not_found:
      return zh ? "日志服务里没有找到要的东西，可能刚被删掉，再查一次"
                : "The log service does not have that; it may just have been deleted";
    case Errc::conflict:
      return zh ? "日志服务说有冲突，名字可能已经有了，或者里面还有东西，看一下再说"
                : "The log service reports a conflict: the name is taken, or something is still "
                  "inside";
    case Errc::rate_limited:
      return zh ? "问得太频繁，腾讯云让我们等一等，过一分钟再说一遍"
                : "That was too much for Tencent Cloud; say it again in a minute";
    case Errc::resource_exhausted:
      return zh ? "日志服务的配额用完了，先清理一些，或者申请提高配额"
                : "The quota of the log service is used up; delete something or apply for more";
    case Errc::unavailable:
      return zh ? "腾讯云暂时连不上，过一会儿再试"
                : "Tencent Cloud cannot be reached right now; try again in a while";
    case Errc::timed_out:
      return zh ? "日志服务没有及时回答，稍后再试，查日志的话把时间缩短一点"
                : "The log service did not answer in time; try a shorter time range";
    case Errc::cancelled:
      return zh ? "已经取消了" : "It was cancelled";
    case Errc::internal:
      return zh ? "这边出了点问题，没有做成" : "Something broke on my side, so it was not done";
  }
  return {};
}

std::unexpected<Error> ask_which(std::string_view first, std::string_view second, std::size_t count,
                                 clusters::Named what, Language language) {
  const std::string number = say_count(static_cast<std::int64_t>(count), language);
  const std::string kind = clusters::noun(what, language);
  const bool more = count > 2;
  return fail(Errc::conflict,
              language == Language::zh
                  ? close_gaps(fmt::format("有{}个{}：{}{} 和 {}，你说哪一个？", number, kind,
                                           more ? "比如 " : "", first, second))
                  : fmt::format("There are {} {}s{} {} and {}. Which one do you mean?", number,
                                kind, more ? ", for example" : ":", first, second));
}

// A name without what people do not say.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : to_lower_ascii(trim(name))) {
    if (c != ' ' && c != '-' && c != '_') out += c;
  }
  for (const std::string_view suffix : {"日志集", "日志主题", "主题", "告警策略", "告警规则",
                                        "告警", "通知组", "任务", "logset", "topic", "alarm"}) {
    if (out.size() > suffix.size() && out.ends_with(suffix)) {
      out.resize(out.size() - suffix.size());
      break;
    }
  }
  return out;
}

}  // namespace

Async<Result<LogCaller>> who_asks(Callers* callers, const Clock* clock, mcp::CallContext context,
                                  std::string region) {
  auto principal = co_await callers->resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  LogCaller caller{.who = std::move(*principal), .now = clock->now(), .region = {}};
  caller.zone = Zone::find(caller.user().zone).value_or(Zone::shanghai());
  if (!trim(region).empty()) {
    const auto known = logs::parse_region(region);
    if (!known) {
      const std::string said = shorten_characters(sanitize_utf8(region), 40);
      co_return fail(Errc::invalid_argument,
                     caller.zh()
                         ? fmt::format("region: 不认识地域“{}”，可以说广州或者 ap-shanghai", said)
                         : fmt::format("region: \"{}\" is not a region I know; say for example "
                                       "广州 or ap-shanghai",
                                       said));
    }
    caller.region = *known;
  }
  co_return caller;
}

std::unexpected<Error> cloud_failure(Error error, Language language) {
  error.message = say_failure(error, language);
  return fail(std::move(error));
}

std::unexpected<Error> write_failure(Error error, Language language) {
  if (!clusters::may_be_done(error)) return cloud_failure(std::move(error), language);
  error.message = language == Language::zh
                      ? "日志服务没有回答，不知道做成了没有，先看一下有没有，再决定要不要重来"
                      : "The log service did not answer, so I cannot tell whether it was done; "
                        "look before you try again";
  return fail(std::move(error));
}

Result<logs::TimeRange> range_meant(std::string_view said, const LogCaller& caller) {
  auto range = logs::parse_time_range(trim(said).empty() ? kUsualRange : said, caller.now,
                                      caller.zone, caller.language());
  if (!range) return fail_in("time_range", range.error());
  return range;
}

std::string spoken_name(std::string_view name) {
  std::string out;
  for (const char c : shorten_characters(sanitize_utf8(name), kSpokenName)) {
    const bool plain = !is_ascii(c) || is_alnum(c) || is_one_of(c, "-_.");
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return std::string(trim(out));
}

std::string spoken_names(const std::vector<std::string>& names, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> first;
  for (const auto& name : names) {
    if (first.size() == kSpokenNames) break;
    first.push_back(spoken_name(name));
  }
  std::string out = join(first, zh ? "、" : ", ");
  if (names.size() > kSpokenNames) {
    const auto rest = static_cast<std::int64_t>(names.size() - kSpokenNames);
    out += zh ? fmt::format("，还有{}个", say_count(rest, language))
              : fmt::format(" and {} more", say_count(rest, language));
  }
  return out;
}

std::string spoken_place(std::string_view region, Language language) {
  if (region.empty()) return {};
  const std::string name = logs::region_name(region, language);
  return language == Language::zh ? "在" + name : " in " + name;
}

bool holds(std::string_view name, std::string_view said) {
  const std::string wanted = plain_name(said);
  if (wanted.empty()) return trim(said).empty();
  return plain_name(name).find(wanted) != std::string::npos;
}

Result<std::size_t> choose_named(const std::vector<std::pair<std::string, std::string>>& ids_names,
                                 std::string_view said, clusters::Named what, Language language) {
  std::vector<clusters::NameCandidate> candidates;
  for (const auto& [id, name] : ids_names)
    candidates.push_back({.name = spoken_name(name), .also = {id, name}});
  if (candidates.empty()) {
    const std::string kind = clusters::noun(what, language);
    return fail(Errc::not_found, language == Language::zh
                                     ? fmt::format("这个地域还没有{}", kind)
                                     : fmt::format("There is no {} in this region yet", kind));
  }
  std::vector<std::size_t> fitting;
  for (std::size_t i = 0; i < ids_names.size(); ++i) {
    if (holds(ids_names[i].second, said)) fitting.push_back(i);
  }
  if (!trim(said).empty()) {
    const auto match = clusters::choose_name(
        {.spoken = std::string(said), .what = what, .language = language}, candidates);
    if (match) return match->index;
    // A stretch of Chinese is one word there; a part of it will do here.
    if (match.error().code != Errc::not_found || fitting.empty()) {
      return fail(match.error().code, language == Language::zh ? close_gaps(match.error().message)
                                                               : match.error().message);
    }
  }
  if (fitting.size() == 1) return fitting.front();
  return ask_which(candidates[fitting[0]].name, candidates[fitting[1]].name, fitting.size(), what,
                   language);
}

Async<Result<logs::Topic>> topic_meant(logs::LogStore* store, std::string said,
                                       std::vector<std::string> usual, Language language) {
  auto topics = co_await store->topics();
  if (!topics) co_return cloud_failure(std::move(topics).error(), language);
  if (trim(said).empty()) {
    for (const auto& wanted : usual) {
      for (auto& topic : *topics) {
        if (topic.id == wanted || topic.name == wanted) co_return std::move(topic);
      }
    }
    std::erase_if(*topics, [](const logs::Topic& topic) { return !topic.indexed; });
  }
  co_return choose_from(*topics, said, clusters::Named::topic, language);
}

}  // namespace mtc::services
