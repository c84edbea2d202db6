#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "domain/clusters/words.h"
#include "domain/logs/range_speech.h"
#include "domain/logs/time_range.h"
#include "domain/rollback/telling.h"
#include "services/devops/alert_tools.h"
#include "services/devops/rollback_tools.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using rollback::Operation;

constexpr std::int64_t kMostListed = 100;
constexpr std::size_t kMostSpoken = 3;

struct HistoryArgs {
  std::string time_range, service, ns;
};

std::string when(const std::optional<logs::TimeRange>& range, const DevopsCaller& caller) {
  return range ? logs::say_range(*range, caller.now, caller.zone, caller.language) : std::string();
}

std::string opening(std::size_t count, std::size_t solved, const std::string& time,
                    const DevopsCaller& caller) {
  const auto said = [&caller](std::size_t n) {
    return say_count(static_cast<std::int64_t>(n), caller.language);
  };
  if (caller.zh())
    return fmt::format("{}一共{}次回滚，{}次恢复。", time, said(count), said(solved));
  return clusters::capitalised(fmt::format("{}{}{} {}, {} recovered.", time,
                                           time.empty() ? "" : ": ", said(count),
                                           count == 1 ? "rollback" : "rollbacks", said(solved)));
}

std::string say_all(const std::vector<Operation>& all, const std::string& time,
                    const DevopsCaller& caller) {
  if (all.empty()) {
    return caller.zh() ? time + "没有做过回滚。"
                       : clusters::capitalised(time.empty() ? "there was no rollback."
                                                            : time + " there was no rollback.");
  }
  const auto solved = static_cast<std::size_t>(
      std::ranges::count(all, rollback::OperationState::recovered, &Operation::state));
  std::vector<std::string> sentences{opening(all.size(), solved, time, caller)};
  for (std::size_t i = 0; i < std::min(all.size(), kMostSpoken); ++i) {
    auto one = rollback::say_in_history(all[i], caller.now, caller.zone, caller.language);
    const std::string_view end = caller.zh() ? "。" : ".";
    if (!one.ends_with(end)) one += end;
    sentences.push_back(std::move(one));
  }
  if (all.size() > kMostSpoken) {
    const auto more =
        say_count(static_cast<std::int64_t>(all.size() - kMostSpoken), caller.language);
    sentences.push_back(caller.zh() ? "还有" + more + "次，要听吗？"
                                    : "There are " + more + " more.");
  }
  return clusters::within_breath(sentences, caller.language);
}

Async<Result<mcp::Reply>> tell(DevopsToolPorts ports, HistoryArgs args, DevopsCaller caller) {
  rollback::OperationFilter filter{.ns = args.ns, .limit = kMostListed};
  std::optional<logs::TimeRange> range;
  if (!args.time_range.empty()) {
    const auto parsed =
        logs::parse_time_range(args.time_range, caller.now, caller.zone, caller.language);
    if (!parsed) co_return fail(parsed.error());
    range = *parsed;
    filter.since = range->from;
    filter.until = range->to;
  }
  auto all = co_await ports.operations.list(caller.account, std::move(filter));
  if (!all) co_return fail(std::move(all).error());
  keep_meant<Operation>(*all, args.service, clusters::Named::workload, caller.language,
                        [](const Operation& one) { return one.target.object.name; });
  Json items = Json::array();
  for (const auto& one : *all) items.push_back(bounded(rollback::to_json(one)));
  co_return reply_with(say_all(*all, when(range, caller), caller),
                       {{"rollbacks", std::move(items)}});
}

}  // namespace

mcp::Tool rollback_history_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<HistoryArgs>(
      {.name = "rollback_history",
       .title = "Rollbacks that were done",
       .description = "List the rollbacks that were done, newest first (回滚记录, 昨晚修了什么).",
       .hints = kLooksAtRecords,
       .scope = "ops.read",
       .fields = {field("time_range", &HistoryArgs::time_range, "yesterday, last_180d, 昨晚 …",
                        {.required = false, .max_length = 100}),
                  field("service", &HistoryArgs::service, "Service as said",
                        {.required = false, .max_length = 200}),
                  field("namespace", &HistoryArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"rollbacks", {{"type", "array"}, {"items", {{"type", "object"}}}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](HistoryArgs args, mcp::CallContext context) {
         return answer_caller<HistoryArgs>(ports, std::move(args), std::move(context), tell);
       }});
}

}  // namespace mtc::services
