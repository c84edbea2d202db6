#include "domain/logs/recent_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/characters.h"
#include "base/small_number.h"
#include "base/text.h"

namespace mtc::logs {
namespace {

// From 1; negative counts from the end. Nullopt: it is no number.
std::optional<int> parse_which(std::string_view text) {
  std::string said = to_lower_ascii(trim(text));
  if (said.empty()) return 1;
  static constexpr auto kLast = std::to_array<std::string_view>(
      {"last", "the last", "the last one", "last one", "last line", "the last line", "最后一条",
       "最后一行", "最后一个", "最后那条", "末条"});
  static constexpr auto kFirst =
      std::to_array<std::string_view>({"first",      "the first",  "the first one",
                                       "first one",  "first line", "the first line",
                                       "newest",     "最新的",     "最新一条",
                                       "最新的一条", "头一条",     "这条",
                                       "这一条",     "那条",       "那一条",
                                       "刚才那条",   "刚才那一条", "它",
                                       "this",       "that",       "it",
                                       "this one",   "that one",   "this line",
                                       "that line"});
  if (std::ranges::find(kLast, said) != kLast.end()) return -1;
  if (std::ranges::find(kFirst, said) != kFirst.end()) return 1;
  for (const auto& [word, number] :
       {std::pair<std::string_view, int>{"second", 2}, {"third", 3}, {"fourth", 4}, {"fifth", 5}}) {
    for (const std::string_view form :
         {"{}", "the {}", "{} line", "the {} line", "{} one", "the {} one"}) {
      if (said == fmt::format(fmt::runtime(form), word)) return number;
    }
  }
  std::string_view rest = said;
  bool from_end = false;
  for (const std::string_view prefix : {"line ", "number ", "no. ", "#", "第", "倒数第"}) {
    if (!rest.starts_with(prefix)) continue;
    from_end = prefix == "倒数第";
    rest = trim(rest.substr(prefix.size()));
    break;
  }
  for (const std::string_view suffix : {"条日志", "行日志", "条", "行", "个"}) {
    if (!rest.ends_with(suffix)) continue;
    rest = trim(rest.substr(0, rest.size() - suffix.size()));
    break;
  }
  const auto number = parse_small_number(rest);
  if (!number || *number < 1) return std::nullopt;
  return from_end ? -*number : *number;
}

std::unexpected<Error> no_answer(Language language) {
  return fail(Errc::not_found,
              language == Language::zh
                  ? "还没有查过日志，或者已经过了一个小时；先查一下，再问某一条的上下文"
                  : "no search within the last hour: look for the line first, then ask for what is "
                    "around it");
}

}  // namespace

void RecentLines::keep(std::int64_t user, std::string region, const std::vector<LogRecord>& lines) {
  const TimePoint now = clock_.now();
  std::erase_if(answers_, [&](const auto& entry) { return now - entry.second.at > kLifetime; });
  if (answers_.size() >= kUsers && !answers_.contains(user)) {
    answers_.erase(
        std::ranges::min_element(answers_, {}, [](const auto& entry) { return entry.second.at; }));
  }
  Answer answer{.region = std::move(region), .lines = {}, .at = now};
  for (const auto& line : lines) {
    if (answer.lines.size() == kLines) break;
    answer.lines.push_back(line);
    answer.lines.back().message = shorten_bytes(line.message, kBytes);
  }
  answers_.insert_or_assign(user, std::move(answer));
}

Result<RecentLines::Found> RecentLines::find(std::int64_t user, std::string_view which,
                                             Language language) const {
  const auto at = answers_.find(user);
  if (at == answers_.end() || clock_.now() - at->second.at > kLifetime || at->second.lines.empty())
    return no_answer(language);
  const Answer& answer = at->second;
  const auto found = [&](const LogRecord& line) {
    return Found{.region = answer.region, .line = line};
  };
  const bool zh = language == Language::zh;
  if (const auto number = parse_which(which)) {
    const auto count = static_cast<int>(answer.lines.size());
    const int index = *number > 0 ? *number - 1 : count + *number;
    if (index < 0 || index >= count) {
      return fail(Errc::not_found, zh ? fmt::format("line: 上次只查到{}条", count)
                                      : fmt::format("line: the last answer had {} lines", count));
    }
    return found(answer.lines[static_cast<std::size_t>(index)]);
  }
  const std::string wanted = to_lower_ascii(trim(which));
  for (const auto& line : answer.lines) {
    if (to_lower_ascii(line.message).find(wanted) != std::string::npos) return found(line);
  }
  return fail(Errc::not_found,
              zh ? "line: 上次查到的日志里没有这一句；说第几条也可以"
                 : "line: none of the lines of the last answer holds that; its number will do too");
}

}  // namespace mtc::logs
