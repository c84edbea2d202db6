#include "services/basic/pod_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/phrase.h"
#include "domain/logs/line_format.h"
#include "domain/logs/template_miner.h"

namespace mtc::services {
namespace {

constexpr std::size_t kKinds = 5;
constexpr std::size_t kShown = 50;       // lines
constexpr std::size_t kLineBytes = 500;  // of a line that is shown

}  // namespace

PodLog condense_log(std::string_view text, TimePoint now) {
  PodLog out;
  logs::LineParser parser({.reference = now});
  logs::TemplateMiner all, errors;
  std::map<logs::TemplateId, std::int64_t> of_all, of_errors;
  for (const auto line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    ++out.lines;
    const auto parsed = parser.parse(line);
    ++of_all[all.add(parsed.message)];
    if (parsed.level >= logs::Level::error && !parsed.continuation) {
      ++out.errors;
      ++of_errors[errors.add(parsed.message)];
    }
    out.last.push_back(shorten_bytes(sanitize_utf8(line), kLineBytes));
  }
  if (out.last.size() > kShown)
    out.last.erase(out.last.begin(), out.last.end() - static_cast<std::ptrdiff_t>(kShown));
  const auto& miner = out.errors > 0 ? errors : all;
  std::map<logs::TemplateId, std::int64_t> counts;  // groups may have been joined since
  for (const auto& [id, count] : out.errors > 0 ? of_errors : of_all)
    counts[miner.resolve(id)] += count;
  for (const auto& [id, count] : counts) out.kinds.push_back({miner.text(id), count});
  std::ranges::sort(out.kinds, {},
                    [](const PodLog::Kind& kind) { return std::pair(-kind.count, kind.text); });
  if (out.kinds.size() > kKinds) out.kinds.resize(kKinds);
  return out;
}

std::string say_log(const PodLog& log, const std::string& workload, bool previous,
                    Language language) {
  const bool zh = language == Language::zh;
  const std::string who =
      zh ? fmt::format("{} 的一个副本{}", workload, previous ? "上一次运行的" : "")
         : fmt::format("a pod of {}{}", workload, previous ? " in its life before" : "");
  if (log.lines == 0)
    return zh ? fmt::format("{}没有日志。", who) : fmt::format("There is no log of {}.", who);
  const auto lines = say_count(log.lines, language);
  const auto errors = say_count(log.errors, language);
  std::string out;
  if (log.errors > 0) {
    out = zh ? fmt::format("{}最后{}行里有{}行错误。", who, lines, errors)
             : fmt::format("The last {} lines of {} have {} errors.", lines, who, errors);
  } else {
    out = zh ? fmt::format("{}最后{}行里没有错误。", who, lines)
             : fmt::format("The last {} lines of {} have no errors.", lines, who);
  }
  if (log.kinds.empty()) return out;
  const auto phrase = digest::human_phrase(log.kinds.front().text, language);
  if (phrase.empty()) return out;
  const auto count = say_count(log.kinds.front().count, language);
  return out + (zh ? fmt::format("最多的是{}，{}次。", phrase, count)
                   : fmt::format(" Most often: {}, {} times.", phrase, count));
}

Json to_json(const PodLog& log) {
  Json kinds = Json::array();
  for (const auto& kind : log.kinds)
    kinds.push_back({{"template", kind.text}, {"count", kind.count}});
  return {{"lines", log.lines},
          {"errors", log.errors},
          {"kinds", std::move(kinds)},
          {"last", log.last}};
}

}  // namespace mtc::services
