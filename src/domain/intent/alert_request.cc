#include "domain/intent/alert_request.h"

#include <array>

#include "base/text.h"
#include "domain/intent/spoken_values.h"

namespace mtc::intent {
namespace {

constexpr auto kAlert = std::to_array<std::string_view>({"告警", "alert"});
constexpr auto kRules = std::to_array<std::string_view>(
    {"规则", "策略", "配置", "新建", "创建", "建一", "超过", "就告警", "policy", "policies", "rule",
     "create", "看板", "仪表盘"});
constexpr auto kFigures = std::to_array<std::string_view>(
    {"平均", "效率", "误报率", "多久", "时长", "阈值", "趋势", "average", "rate", "how long"});
constexpr auto kElsewhere = std::to_array<std::string_view>(
    {"推送", "发到", "发给", "钉钉", "飞书", "邮箱", "邮件", "短信", "微信", "链接", "link"});
constexpr auto kWhy = std::to_array<std::string_view>(
    {"为啥", "为什么", "怎么只", "怎么才", "怎么会", "凭什么", "咋", "why", "how come"});
constexpr auto kScore =
    std::to_array<std::string_view>({"分", "评级", "级别", "score", "rated", "severity", "points"});
constexpr auto kDetail = std::to_array<std::string_view>(
    {"来龙去脉", "讲讲", "详情", "详细", "细节", "说细", "细说", "具体", "怎么回事", "咋回事",
     "tell me about", "tell me more", "explain", "detail"});
constexpr auto kSeverities = std::to_array<Named>({{"严重", "critical"},
                                                   {"紧急", "critical"},
                                                   {"critical", "critical"},
                                                   {"urgent", "critical"},
                                                   {"警告", "warning"},
                                                   {"warning", "warning"},
                                                   {"提示", "info"},
                                                   {"info", "info"}});
constexpr auto kStatuses = std::to_array<Named>(
    {{"未恢复", "firing"},       {"没恢复", "firing"},       {"没有恢复", "firing"},
     {"仍在", "firing"},         {"还在", "firing"},         {"正在", "firing"},
     {"firing", "firing"},       {"still active", "firing"}, {"已恢复", "recovered"},
     {"恢复了", "recovered"},    {"recovered", "recovered"}, {"resolved", "recovered"},
     {"已认领", "acknowledged"}, {"认领了", "acknowledged"}, {"acknowledged", "acknowledged"},
     {"要我处理", "waiting"},    {"没处理", "waiting"},      {"待处理", "waiting"},
     {"waiting", "waiting"},     {"静音了的", "silenced"},   {"被静音", "silenced"},
     {"处理了", "handled"},      {"处理过", "handled"},      {"修好", "handled"}});
constexpr auto kChanges = std::to_array<Named>({{"误报", "false_alarm"},
                                                {"假告警", "false_alarm"},
                                                {"false alarm", "false_alarm"},
                                                {"我来处理", "acknowledge"},
                                                {"我来看", "acknowledge"},
                                                {"认领", "acknowledge"},
                                                {"知道了", "acknowledge"},
                                                {"acknowledge", "acknowledge"},
                                                {"别推迟", "wake"},
                                                {"不用推迟", "wake"},
                                                {"推迟", "snooze"},
                                                {"再提醒", "snooze"},
                                                {"稍后", "snooze"},
                                                {"snooze", "snooze"},
                                                {"关闭", "close"},
                                                {"关掉", "close"},
                                                {"close", "close"}});
constexpr auto kAssign =
    std::to_array<std::string_view>({"交给", "分给", "派给", "指派给", "转给", "assign"});
constexpr auto kLift = std::to_array<std::string_view>(
    {"取消静音", "解除静音", "关掉静音", "恢复告警声", "unmute", "unsilence"});
constexpr auto kSilence =
    std::to_array<std::string_view>({"静音", "静默", "屏蔽", "维护窗口", "mute", "silence"});
constexpr auto kHandle = std::to_array<std::string_view>(
    {"处理一下", "处理掉", "去处理", "马上处理", "立刻处理", "修一下", "修复", "修掉", "解决",
     "搞定", "handle", "fix", "repair", "solve"});
constexpr auto kHandleFirst = std::to_array<std::string_view>({"处理"});
constexpr auto kNoise = std::to_array<std::string_view>(
    {"告警",     "触发",     "这条",   "那条",   "这个",     "那个",   "目前", "都",       "报",
     "来龙去脉", "讲讲",     "详情",   "详细",   "说细一点", "细说",   "具体", "怎么回事", "咋回事",
     "一点",     "处理一下", "处理掉", "去处理", "处理",     "修一下", "修复", "修掉",     "解决",
     "搞定",     "静音",     "静默",   "屏蔽",   "马上",     "立刻"});
constexpr auto kMorning = std::to_array<std::string_view>(
    {"早报", "播报", "早上", "每天早晨", "broadcast", "morning report", "in the morning"});
constexpr auto kOnly =
    std::to_array<std::string_view>({"只", "仅", "不要讲", "都讲", "都说", "都播", "内容", "带上",
                                     "加上", "盯", "only", "both", "include", "watch"});

// The alert by its number, else by the words that are left.
void name_alert(ToolCall& call, std::string text) {
  if (auto number = take_alert_number(text)) {
    call.arguments["alert"] = *number;
    return;
  }
  Utterance left(text);
  left.take_out(kNoise);
  auto words = service_in(left.rest());
  if (words.empty()) words = left.rest();
  if (!words.empty() && count_characters(words) <= 30) call.arguments["alert"] = words;
}

void name_scope(ToolCall& call, std::string text) {
  if (auto ns = take_namespace(text)) call.arguments["namespace"] = *ns;
  Utterance left(text);
  if (const auto cluster = left.take_before("集群")) call.arguments["cluster"] = *cluster;
  left.take_out(kNoise);
  if (auto service = service_in(left.rest()); !service.empty())
    call.arguments["service"] = std::move(service);
}

ToolCall list_call(std::string text) {
  ToolCall call{.tool = "list_alerts"};
  if (auto period = take_period(text)) {
    call.arguments["time_range"] = *period;
  }
  Utterance said(text);
  if (!call.arguments.contains("time_range")) {
    if (auto time = said.take_time()) call.arguments["time_range"] = *time;
  }
  if (const auto severity = said.take_first_of(kSeverities)) call.arguments["severity"] = *severity;
  if (const auto status = said.take_first_of(kStatuses)) call.arguments["status"] = *status;
  name_scope(call, said.text());
  return call;
}

ToolCall explain_call(const std::string& text, bool score) {
  ToolCall call{.tool = "explain_alert"};
  if (score) call.arguments["part"] = "score";
  name_alert(call, text);
  return call;
}

ToolCall change_call(std::string text, std::string_view change) {
  ToolCall call{.tool = "update_alert", .arguments = {{"change", change}}};
  if (change == "snooze") {
    if (auto period = take_period(text))
      call.arguments["duration"] = replace_all(*period, "last_", "");
  }
  Utterance left(text);
  (void)left.take_first_of(kChanges);
  name_alert(call, left.text());
  return call;
}

// Who it goes to stands behind the word.
std::optional<ToolCall> assign_call(std::string text) {
  for (const auto word : kAssign) {
    const auto at = text.find(word);
    if (at == std::string::npos) continue;
    const auto behind = Utterance(text.substr(at + word.size())).rest();
    if (behind.empty() || word == "assign") continue;
    ToolCall call{.tool = "update_alert", .arguments = {{"change", "assign"}, {"to", behind}}};
    name_alert(call, text.substr(0, at));
    return call;
  }
  return std::nullopt;
}

std::optional<ToolCall> route_silence(const Utterance& said) {
  std::string text = said.text();
  if (said.has(kLift)) {
    ToolCall call{.tool = "silence_alerts", .arguments = {{"mode", "lift"}}};
    if (auto number = take_alert_number(text)) call.arguments["number"] = std::stoi(*number);
    return call;
  }
  if (!said.has(kSilence)) return std::nullopt;
  if (said.has({"哪些", "有什么", "列", "list", "which"}))
    return ToolCall{.tool = "silence_alerts", .arguments = {{"mode", "list"}}};
  ToolCall call{.tool = "silence_alerts", .arguments = {{"mode", "add"}}};
  // 静音两小时: how long it shall be quiet has no mark of its own.
  std::string marked = replace_all(replace_all(text, "静音", "静音 最近"), " for ", " last ");
  if (auto period = take_period(marked)) {
    call.arguments["duration"] = replace_all(*period, "last_", "");
    text = replace_all(std::move(marked), "最近", "");
  }
  name_scope(call, std::move(text));
  return call;
}

}  // namespace

std::optional<ToolCall> route_alerts(const Utterance& heard) {
  const std::string text = as_meant(heard.text());
  const Utterance said(text);
  if (said.has(kRules) || said.has(kFigures) || said.has(kElsewhere)) return std::nullopt;
  const bool alert = said.has(kAlert);
  if (said.has({"误报", "false alarm"})) return change_call(text, "false_alarm");
  if (!alert) {
    // 证书那个说细一点: it picks one of those that were just told.
    if (said.has({"说细", "细说"})) return explain_call(text, false);
    return std::nullopt;
  }
  if (auto call = route_silence(said)) return call;
  if (said.has(kWhy) && said.has(kScore)) return explain_call(text, true);
  if (said.has(kDetail)) return explain_call(text, false);
  if (auto call = assign_call(text)) return call;
  std::string named = text;
  const bool one = take_alert_number(named).has_value();
  if (Utterance copy = said; const auto change = copy.take_first_of(kChanges)) {
    if (one || *change != "acknowledge" || !said.has({"已认领", "认领了"}))
      return change_call(text, *change);
  }
  Utterance status = said;
  const bool told = status.take_first_of(kStatuses).has_value();
  if (!told && (said.has(kHandle) || (one && said.has(kHandleFirst)))) {
    ToolCall call{.tool = "handle_alert"};
    name_alert(call, text);
    return call;
  }
  return list_call(text);
}

std::optional<ToolCall> route_broadcast_content(const Utterance& heard) {
  const Utterance said(as_meant(heard.text()));
  if (!said.has(kMorning) || !said.has(kOnly)) return std::nullopt;
  const bool alerts = said.has(kAlert);
  const bool logs = said.has({"日志", "logs"});
  if (!alerts && !logs) return std::nullopt;
  const std::string_view content = alerts && logs ? "both" : alerts ? "alerts" : "logs";
  return ToolCall{.tool = "set_broadcast", .arguments = {{"content", content}}};
}

}  // namespace mtc::intent
