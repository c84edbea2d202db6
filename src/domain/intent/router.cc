#include "domain/intent/router.h"

#include <array>

#include "base/text.h"
#include "domain/intent/alert_request.h"
#include "domain/intent/cluster_request.h"
#include "domain/intent/log_request.h"
#include "domain/intent/rollback_request.h"
#include "domain/intent/utterance.h"

namespace mtc::intent {
namespace {

constexpr std::array<std::string_view, 14> kGreetings{
    "你好", "您好",  "早上好", "上午好", "下午好",       "晚上好",       "早安",
    "在吗", "hello", "hi ",    "hey",    "good morning", "good evening", "good afternoon"};
constexpr std::array<std::string_view, 13> kRepeat{
    "再说一遍", "再播一遍", "重播",   "再念",      "没听清",  "昨天怎么样",    "昨晚怎么样",
    "早报",     "播报",     "repeat", "say again", "how was", "morning report"};
constexpr std::array<std::string_view, 5> kDetails{"细节", "详细", "具体", "details",
                                                   "tell me more"};
constexpr std::array<std::string_view, 5> kWhoAmI{"我是谁", "你知道我是", "认得我", "who am i",
                                                  "do you know me"};
constexpr std::array<std::string_view, 2> kConfirm{"确认", "confirm"};
constexpr auto kCancel =
    std::to_array<std::string_view>({"取消", "算了", "不要做了", "cancel", "never mind"});
constexpr auto kUndo =
    std::to_array<std::string_view>({"撤销", "改回来", "改回去", "恢复原样", "undo"});
constexpr auto kChanges = std::to_array<std::string_view>(
    {"改了什么", "改过什么", "改了哪些", "改动记录", "what did i change", "recent changes"});

std::optional<ToolCall> route_report(const Utterance& said) {
  if (said.has(kWhoAmI)) return ToolCall{.tool = "who_am_i"};
  if (said.has(kDetails))
    return ToolCall{.tool = "repeat_broadcast", .arguments = {{"details", true}}};
  // 今早报错 asks for errors, not for the 早报.
  if (Utterance(replace_all(said.text(), "早报错", "报错")).has(kRepeat))
    return ToolCall{.tool = "repeat_broadcast"};
  return std::nullopt;
}

// What was planned or done.
std::optional<ToolCall> route_plan(Utterance said) {
  if (said.has(kConfirm))
    return ToolCall{.tool = "confirm_plan",
                    .arguments = {{"code", std::string(trim(said.text()))}}};
  if (said.has(kCancel))
    return ToolCall{.tool = said.has({"任务", "task"}) ? "cancel_task" : "cancel_plan"};
  if (said.has("任务") && said.has({"怎么样", "好了", "做完", "进度"}) && !said.has("定时任务"))
    return ToolCall{.tool = "get_task", .arguments = {{"task", said.rest()}}};
  if (said.has(kChanges)) return ToolCall{.tool = "list_changes"};
  if (!said.has(kUndo)) return std::nullopt;
  ToolCall call{.tool = "undo_change"};
  if (said.has({"强制", "force"})) call.arguments["force"] = true;
  if (const auto number = said.take_number()) call.arguments["number"] = *number;
  return call;
}

std::optional<ToolCall> route_greeting(const Utterance& said) {
  if (said.has(kGreetings) || trim(said.text()) == "小智") return ToolCall{.tool = "greet"};
  return std::nullopt;
}

}  // namespace

std::optional<ToolCall> route(std::string_view utterance) {
  const Utterance said(utterance);
  if (auto call = route_broadcast_content(said)) return call;
  if (auto call = route_agreement(said)) return call;
  if (auto call = route_rollback(said)) return call;
  if (auto call = route_alerts(said)) return call;
  if (auto call = route_report(said)) return call;
  if (auto call = route_plan(said)) return call;
  if (auto call = route_cluster_change(said)) return call;
  if (auto call = route_log_settings(said)) return call;
  if (auto call = route_log_search(said)) return call;
  if (auto call = route_cluster_look(said)) return call;
  if (auto call = route_workload_look(said)) return call;
  if (auto call = route_clusters(said)) return call;
  return route_greeting(said);
}

}  // namespace mtc::intent
