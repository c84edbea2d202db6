#include "domain/intent/rollback_request.h"

#include <array>

#include "base/text.h"
#include "domain/intent/spoken_values.h"

namespace mtc::intent {
namespace {

constexpr auto kRollback =
    std::to_array<std::string_view>({"回滚", "回退", "退版", "倒回", "退回", "退到", "revert",
                                     "rollback", "roll back", "rolled back", "rolling back"});
constexpr auto kBackTo = std::to_array<std::string_view>(
    {"恢复成", "恢复到", "恢复为", "还原成", "还原到", "换回", "切回", "back to", "restore to"});
constexpr auto kFigures = std::to_array<std::string_view>(
    {"多少次", "几次", "次数", "成功率", "成功几成", "几成", "占比", "统计", "how many",
     "how often", "success rate", "阈值", "规矩", "策略", "合不合理", "policy"});
constexpr auto kElsewhere = std::to_array<std::string_view>(
    {"网页", "链接", "地址", "二维码", "分享", "发到", "发给", "link", "url", "什么是", "什么意思",
     "what is a", "what does"});
constexpr auto kBackAgain =
    std::to_array<std::string_view>({"还原", "恢复到回滚前", "恢复到回退前", "恢复回", "恢复到之前",
                                     "撤销", "撤回", "undo", "restore"});
constexpr auto kCheckpoint =
    std::to_array<std::string_view>({"备份点", "检查点", "还原点", "快照", "checkpoint"});
constexpr auto kCompare = std::to_array<std::string_view>(
    {"对比", "比较", "差别", "差异", "不一样", "区别", "diff", "compare", "difference"});
constexpr auto kProgress = std::to_array<std::string_view>(
    {"进度", "百分之多少", "百分之几", "完成多少", "完成了吗", "完成没", "好了没", "好了吗", "到哪",
     "怎么样", "做完", "状态", "progress", "status", "how far", "done yet", "going", "finished"});
constexpr auto kHistory = std::to_array<std::string_view>(
    {"记录", "流水", "历史", "列出来", "翻出来", "做过", "有哪些", "哪些", "清单", "history",
     "list", "what rollbacks", "were done"});
constexpr auto kCancel = std::to_array<std::string_view>(
    {"取消", "放弃", "算了", "不要", "别", "不用", "cancel", "never mind", "don't", "do not"});
constexpr auto kStop = std::to_array<std::string_view>(
    {"停止", "停下", "停掉", "中止", "终止", "叫停", "stop", "abort", "halt"});
constexpr auto kJustStop =
    std::to_array<std::string_view>({"停", "停下", "停下来", "快停", "快停下", "停一下", "别动了",
                                     "停手", "stop", "stop it", "stop now", "abort", "halt"});
constexpr auto kAgreed =
    std::to_array<std::string_view>({"没问题", "干吧", "可以", "执行", "好的", "同意", "做吧",
                                     "来吧", "yes", "go ahead", "ok", "do it", "sure"});
constexpr auto kCarriedWords = std::to_array<std::string_view>(
    {"恢复成", "恢复到", "恢复为", "还原成", "还原到", "还原", "恢复", "换回",
     "切回",   "倒回",   "退回",   "退到",   "回滚",   "回退", "退版", "版本",
     "操作",   "进度",   "撤销",   "以后",   "新包",   "不行", "任务"});

bool is_rolled(const Utterance& said) {
  return said.has(kRollback) || (said.has("roll") && said.has("back"));
}

void name_service(ToolCall& call, const std::string& text) {
  Utterance left(text);
  left.take_out(kCarriedWords);
  if (auto service = service_in(left.rest()); !service.empty())
    call.arguments["service"] = std::move(service);
}

// With the time it happened in, and whose it was.
ToolCall history_call(std::string text) {
  ToolCall call{.tool = "rollback_history"};
  if (auto period = take_period(text)) {
    call.arguments["time_range"] = *period;
  } else {
    Utterance left(text);
    if (auto time = left.take_time()) call.arguments["time_range"] = *time;
    text = left.text();
  }
  if (auto ns = take_namespace(text)) call.arguments["namespace"] = *ns;
  name_service(call, text);
  return call;
}

ToolCall service_call(std::string tool, const std::string& text) {
  ToolCall call{.tool = std::move(tool)};
  name_service(call, text);
  return call;
}

// Without a name in it a short Chinese rest is one: 支付回滚一下.
std::string short_rest(const std::string& text) {
  Utterance left(text);
  left.take_out(kCarriedWords);
  auto rest = replace_all(left.rest(), " ", "");
  for (const std::string_view word : {"到", "成", "版", "下", "在", "给", "都", "吧", "让", "先"})
    rest = replace_all(std::move(rest), word, "");
  return count_characters(rest) <= 6 ? rest : std::string();
}

ToolCall start_call(std::string text) {
  ToolCall call{.tool = "start_rollback"};
  if (auto version = take_version(text)) call.arguments["to_version"] = *version;
  if (auto ns = take_namespace(text)) call.arguments["namespace"] = *ns;
  name_service(call, text);
  if (!call.arguments.contains("service")) {
    if (auto rest = short_rest(text); !rest.empty()) call.arguments["service"] = rest;
  }
  return call;
}

// Besides a code and words of agreement: 把 cart 扩到 1000 个副本可以吗 is a request.
bool says_nothing_else(const std::string& text) {
  static constexpr auto kAround =
      std::to_array<std::string_view>({"确认码", "口令", "code", "吧", "的", "就"});
  Utterance left(text);
  left.take_out(kAgreed);
  left.take_out(kAround);
  std::string rest = left.rest();
  for (const std::string_view digit :
       {"零", "〇", "一", "幺", "二", "两", "三", "四", "五", "六", "七", "八",
        "九", "0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  " "})
    rest = replace_all(std::move(rest), digit, "");
  return count_characters(rest) <= 3;
}

std::optional<ToolCall> route_checkpoint(const Utterance& said) {
  if (!said.has(kCheckpoint)) return std::nullopt;
  std::string text = said.text();
  if (said.has(kCompare) || said.has(kBackAgain) || said.has("恢复")) {
    ToolCall call{.tool = said.has(kCompare) ? "compare_checkpoint" : "restore_checkpoint"};
    if (auto number = take_alert_number(text)) call.arguments["number"] = std::stoi(*number);
    Utterance left(text);
    left.take_out(kCheckpoint);
    left.take_out(kCompare);
    name_service(call, left.text());
    return call;
  }
  Utterance left(text);
  left.take_out(kCheckpoint);
  return service_call("list_checkpoints", left.text());
}

}  // namespace

std::optional<ToolCall> route_rollback(const Utterance& heard) {
  const Utterance said(as_meant(heard.text()));
  const std::string_view whole = trim(said.text());
  for (const auto word : kJustStop) {
    if (whole == word) return ToolCall{.tool = "stop_rollback"};
  }
  if (said.has(kElsewhere) || said.has(kFigures)) return std::nullopt;
  if (auto call = route_checkpoint(said)) return call;
  if (!is_rolled(said)) {
    std::string text = said.text();
    if (!said.has(kBackTo) || !take_version(text)) return std::nullopt;
    return start_call(said.text());
  }
  if (said.has({"确认", "confirm"})) return std::nullopt;
  if (said.has(kStop)) return service_call("stop_rollback", said.text());
  if (said.has(kCancel)) return ToolCall{.tool = "cancel_plan"};
  if (said.has(kBackAgain)) return service_call("restore_checkpoint", said.text());
  if (said.has(kProgress)) return service_call("rollback_status", said.text());
  if (said.has(kHistory)) return history_call(said.text());
  return start_call(said.text());
}

std::optional<ToolCall> route_agreement(const Utterance& heard) {
  const std::string text = as_meant(heard.text());
  const Utterance said(text);
  if (said.has({"确认", "confirm"}) || !said.has(kAgreed)) return std::nullopt;
  auto code = code_in(text);
  if (!code || !says_nothing_else(text)) return std::nullopt;
  return ToolCall{.tool = "confirm_plan", .arguments = {{"code", *code}}};
}

}  // namespace mtc::intent
