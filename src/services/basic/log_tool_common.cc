#include "services/basic/log_tool_common.h"

#include <fmt/format.h>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/logs/region.h"
#include "domain/search/log_search.h"

namespace mtc::services {
namespace {

constexpr std::size_t kSpokenName = 40;
constexpr std::size_t kSpokenNames = 5;
constexpr std::size_t kReason = 160;

std::string zh_sentence(const Error& error) {
  // The service's own words are data: bounded, on one line.
  std::string reason = spoken_name(prefix_of_characters(error.message, kReason));
  switch (error.code) {
    case Errc::invalid_argument:
      return "日志服务不接受这个请求：" + shorten_characters(sanitize_utf8(error.message), kReason);
    case Errc::unauthenticated:
      return "腾讯云不认这把密钥，请管理员检查凭据";
    case Errc::denied:
      return "腾讯云没有给这个账号权限，请管理员在访问管理里授权日志服务";
    case Errc::not_found:
      return "日志服务里没有找到要的东西，可能刚被删掉";
    case Errc::conflict:
      return "日志服务说有冲突，名字可能已经有了，或者里面还有东西";
    case Errc::rate_limited:
      return "问得太频繁，腾讯云让我们等一等，过一分钟再说一遍";
    case Errc::resource_exhausted:
      return "日志服务的配额用完了，先清理一些，或者申请提高配额";
    case Errc::unavailable:
      return "腾讯云暂时连不上，过一会儿再试";
    case Errc::timed_out:
      return "日志服务没有及时回答，把时间范围缩短一点再试";
    case Errc::cancelled:
      return "已经取消了";
    case Errc::internal:
      return "这边出了点问题，没有做成";
  }
  return reason;
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
  if (language == Language::zh) error.message = zh_sentence(error);
  return fail(std::move(error));
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

Result<std::size_t> choose_named(const std::vector<std::pair<std::string, std::string>>& ids_names,
                                 std::string_view said, std::string_view kind, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::size_t> found;
  const auto look = [&](auto&& fits) {
    if (!found.empty()) return;
    for (std::size_t i = 0; i < ids_names.size(); ++i) {
      if (fits(ids_names[i])) found.push_back(i);
    }
  };
  const std::string wanted = plain_name(said);
  if (trim(said).empty()) {
    look([](const auto&) { return true; });
  } else {
    look([&](const auto& item) { return item.first == said || item.second == said; });
    look([&](const auto& item) { return plain_name(item.second) == wanted; });
    look([&](const auto& item) {
      return !wanted.empty() && plain_name(item.second).find(wanted) != std::string::npos;
    });
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    const auto& one = ids_names[found[0]].second;
    const auto& two = ids_names[found[1]].second;
    return fail(
        Errc::conflict,
        zh ? fmt::format("有几个{}：{} 和 {}{}，你说哪一个？", kind, spoken_name(one),
                         spoken_name(two), found.size() > 2 ? " 等" : "")
           : fmt::format("several {}s fit: {} or {}{}; say which one", kind, spoken_name(one),
                         spoken_name(two), found.size() > 2 ? " and others" : ""));
  }
  std::vector<std::string> names;
  names.reserve(ids_names.size());
  for (const auto& [id, name] : ids_names) names.push_back(name);
  if (names.empty()) {
    return fail(Errc::not_found,
                zh ? fmt::format("这里还没有{}", kind) : fmt::format("there is no {} here", kind));
  }
  return fail(Errc::not_found, zh ? fmt::format("没有叫 {} 的{}，现有的是 {}", spoken_name(said),
                                                kind, spoken_names(names, language))
                                  : fmt::format("there is no {} called {}; there are {}", kind,
                                                spoken_name(said), spoken_names(names, language)));
}

Async<Result<logs::Topic>> topic_meant(logs::LogStore* store, std::string said,
                                       std::vector<std::string> usual, Language language) {
  auto topics = co_await store->topics();
  if (!topics) co_return cloud_failure(std::move(topics).error(), language);
  if (trim(said).empty()) {
    auto chosen = search::choose_topic(*topics, said, usual);
    if (chosen || language == Language::en) co_return chosen;
  }
  co_return choose_from(*topics, said, language == Language::zh ? "日志主题" : "log topic",
                        language);
}

}  // namespace mtc::services
