#include "domain/intent/log_request.h"

#include <array>

namespace mtc::intent {
namespace {

constexpr std::array<std::string_view, 13> kLogs{"日志",    "日制",      "报错",   "错误", "警告",
                                                 "异常",    "超时",      "log ",   "logs", "error",
                                                 "warning", "exception", "timeout"};
constexpr std::array<Named, 10> kLevels{{{"致命", "fatal"},
                                         {"fatal", "fatal"},
                                         {"报错", "error"},
                                         {"错误", "error"},
                                         {"error", "error"},
                                         {"警告", "warn"},
                                         {"告警级", "warn"},
                                         {"warn", "warn"},
                                         {"信息", "info"},
                                         {"调试", "debug"}}};
constexpr auto kSettings = std::to_array<Named>({{"日志主题", "topics"},
                                                 {"log topic", "topics"},
                                                 {"日志集", "logsets"},
                                                 {"logset", "logsets"},
                                                 {"告警规则", "alarms"},
                                                 {"告警策略", "alarms"},
                                                 {"alarm rule", "alarms"},
                                                 {"定时sql", "scheduled_sql"},
                                                 {"定时 sql", "scheduled_sql"},
                                                 {"定时分析", "scheduled_sql"},
                                                 {"scheduled sql", "scheduled_sql"},
                                                 {"通知组", "notice_groups"},
                                                 {"notice group", "notice_groups"}});
// Setting something up takes more than these words can say.
constexpr auto kChange =
    std::to_array<std::string_view>({"建", "加", "删", "关掉", "打开", "create", "add", "delete"});
constexpr std::array<std::string_view, 3> kDashboards{"看板", "仪表盘", "dashboard"};
constexpr std::array<std::string_view, 5> kWhich{"哪些", "几个", "列", "list", "which"};

}  // namespace

std::optional<ToolCall> route_log_settings(Utterance said) {
  if (said.has(kDashboards)) {
    if (said.has(kWhich))
      return ToolCall{.tool = "list_log_settings", .arguments = {{"what", "dashboards"}}};
    ToolCall call{.tool = "view_dashboard"};
    if (const auto time = said.take_time()) call.arguments["time_range"] = *time;
    said.take_out(kDashboards);
    if (const std::string name = said.rest(); !name.empty()) call.arguments["name"] = name;
    return call;
  }
  if (const auto what = said.take_first_of(kSettings); what && !said.has(kChange))
    return ToolCall{.tool = "list_log_settings", .arguments = {{"what", *what}}};
  return std::nullopt;
}

std::optional<ToolCall> route_log_search(Utterance said) {
  if (!said.has(kLogs) || Utterance(said).take_first_of(kSettings)) return std::nullopt;
  ToolCall call{.tool = "search_logs"};
  if (const auto time = said.take_time()) call.arguments["time_range"] = *time;
  if (const auto level = said.take_first_of(kLevels)) call.arguments["level"] = *level;
  said.take_out(std::array<std::string_view, 3>{"日志", "日制", "多少条"});
  if (const std::string keyword = said.rest(); !keyword.empty())
    call.arguments["keyword"] = keyword;
  return call;
}

}  // namespace mtc::intent
