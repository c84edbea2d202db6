#include "services/basic/log_context_tool.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/phrase.h"
#include "domain/logs/cql.h"
#include "domain/search/log_search.h"

namespace mtc::services {
namespace {

constexpr std::size_t kMostMessage = 2000;
constexpr auto kLookBack = std::chrono::hours(24);  // for a line given by its text

struct ContextArgs {
  std::string line;
  int before = 10;
  int after = 10;
  std::string topic;
  std::string region;
};

const Fields<ContextArgs>& context_fields() {
  static const Fields<ContextArgs> table{
      field("line", &ContextArgs::line,
            "Which line of the last search: its number (1, 第三条, last) or words in it; the first "
            "if absent",
            optional_text(500)),
      field("before", &ContextArgs::before, "Lines before it",
            {.required = false, .minimum = 0, .maximum = 50}),
      field("after", &ContextArgs::after, "Lines after it",
            {.required = false, .minimum = 0, .maximum = 50}),
      field("topic", &ContextArgs::topic, "Log topic, if the line is to be looked for by its text",
            optional_text()),
      field("region", &ContextArgs::region, "广州, ap-shanghai …", optional_text(50)),
  };
  return table;
}

const Json& answer_schema() {
  static const Json text{{"type", "string"}};
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"speech", text},
        {"position", {{"type", "integer"}, {"description", "Of the line itself, from 0"}}},
        {"lines",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"time", text}, {"level", text}, {"service", text}, {"message", text}}}}}}}}},
      {"required", {"speech", "lines"}}};
  return schema;
}

bool is_same(const logs::LogRecord& a, const logs::LogRecord& b) {
  return a.package_id == b.package_id && a.package_log_id == b.package_log_id;
}

Json to_json(const std::vector<logs::LogRecord>& lines) {
  Json out = Json::array();
  for (const auto& line : lines) {
    out.push_back({{"time", format_iso_utc(line.time)},
                   {"level", logs::name_of(line.level)},
                   {"service", line.service},
                   {"message", shorten_bytes(line.message, kMostMessage)}});
  }
  return out;
}

std::string say_context(const logs::LogRecord& line, const std::vector<logs::LogRecord>& lines,
                        std::size_t at, const LogCaller& caller) {
  const Language language = caller.language();
  const bool zh = caller.zh();
  const auto count = [&](std::size_t n) {
    return say_count(static_cast<std::int64_t>(n), language);
  };
  const std::string when = say_moment(line.time, caller.now, caller.zone, language);
  const std::string what = digest::human_phrase(line.message, language);
  if (lines.size() <= 1) {
    return zh ? fmt::format("{}的那条前后没有别的日志。", when)
              : fmt::format("There is nothing around the line {}.", when);
  }
  const std::size_t after = lines.size() - at - 1;
  const auto some = [&](std::size_t n) {
    if (n == 0) return std::string(zh ? "没有" : "none");
    return count(n) + (zh ? "条" : "");
  };
  std::string out = zh ? fmt::format("{}的{}，前面{}，后面{}。", when, what, some(at), some(after))
                       : fmt::format("The line {} was {}: {} before and {} after.", when, what,
                                     some(at), some(after));
  // The worst of the lines before is what people are after.
  const logs::LogRecord* cause = nullptr;
  for (std::size_t i = 0; i < at; ++i) {
    if (lines[i].level >= logs::Level::warn && (cause == nullptr || lines[i].level >= cause->level))
      cause = &lines[i];
  }
  if (cause != nullptr) {
    const std::string before = digest::human_phrase(cause->message, language);
    out += zh ? fmt::format("之前最近的问题是{}。", before)
              : fmt::format(" The last trouble before it: {}.", before);
  } else if (at > 0) {
    const std::string before = digest::human_phrase(lines[at - 1].message, language);
    out += zh ? fmt::format("紧挨着的上一条是{}。", before)
              : fmt::format(" Right before it: {}.", before);
  }
  return out;
}

// By its text, in a topic that was named: the newest line of the last day that holds it.
Async<Result<logs::LogRecord>> find_by_text(logs::LogStore* store, ContextArgs args,
                                            std::vector<std::string> usual, LogCaller caller) {
  auto topic = co_await topic_meant(store, args.topic, std::move(usual), caller.language());
  if (!topic) co_return fail(std::move(topic).error());
  auto found = co_await store->search({.topic_id = topic->id,
                                       .range = {caller.now - kLookBack, caller.now},
                                       .condition = logs::keyword(args.line).text(),
                                       .limit = 1,
                                       .newest_first = true});
  if (!found) co_return cloud_failure(std::move(found).error(), caller.language());
  if (found->lines.empty()) {
    co_return fail(Errc::not_found, caller.zh()
                                        ? "line: 最近一天没有找到这条日志，先查一下再问"
                                        : "line: no such line within the last day; search first");
  }
  co_return std::move(found->lines.front());
}

Async<Result<mcp::Reply>> log_context(LogToolPorts ports, ContextArgs args,
                                      mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, std::move(context), args.region);
  if (!caller) co_return fail(std::move(caller).error());
  const Language language = caller->language();
  auto kept = ports.recent.find(caller->user().id, args.line, language);
  logs::LogRecord line;
  if (kept) {
    line = std::move(kept->line);
    if (caller->region.empty()) caller->region = kept->region;
  } else if (args.topic.empty() || trim(args.line).empty()) {
    co_return fail(std::move(kept).error());
  }
  auto& store = ports.store(caller->user(), caller->region);
  if (!kept) {
    auto found = co_await find_by_text(&store, args, ports.usual_topics, *caller);
    if (!found) co_return fail(std::move(found).error());
    line = std::move(*found);
  }
  auto lines = co_await store.context(line, args.before, args.after);
  if (!lines) co_return cloud_failure(std::move(lines).error(), language);
  const auto itself =
      std::ranges::find_if(*lines, [&](const auto& one) { return is_same(one, line); });
  const auto at = static_cast<std::size_t>(itself - lines->begin());
  if (itself == lines->end()) {
    co_return fail(Errc::unavailable,
                   caller->zh() ? "日志服务给的上下文里没有这一条，再查一次试试"
                                : "the log service answered lines that do not hold the one asked "
                                  "for; search again");
  }
  mcp::Reply reply;
  reply.speech = say_context(line, *lines, at, *caller);
  reply.data = {{"speech", reply.speech}, {"position", at}, {"lines", to_json(*lines)}};
  co_return reply;
}

}  // namespace

mcp::Tool log_context_tool(const LogToolPorts& ports) {
  return mcp::make_tool<ContextArgs>(
      {.name = "log_context",
       .title = "Log context",
       .description =
           "Read the lines before and after one line of the last search (上下文, 前后几条, "
           "往前翻).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = context_fields(),
       .output_schema = answer_schema(),
       .handler = [ports](ContextArgs args, mcp::CallContext context) {
         return log_context(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
