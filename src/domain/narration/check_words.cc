// Words: what a text about logs may never talk about.
#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/checks.h"

namespace mtc::narration {
namespace {

using Words = std::span<const std::string_view>;

// English words stand alone; Chinese has no spaces.
bool contains_word(std::string_view text, std::string_view word) {
  for (std::size_t i = text.find(word); i != std::string_view::npos; i = text.find(word, i + 1)) {
    const bool latin = is_ascii(word.front());
    if (!latin ||
        (!is_alnum(before_or_zero(text, i)) && !is_alnum(at_or_zero(text, i + word.size()))))
      return true;
  }
  return false;
}

// The first of the words that stands in `text` but not in our own text.
std::string_view first_foreign(std::string_view text, std::string_view own_text, Words words) {
  for (const auto word : words) {
    if (contains_word(text, word) && !contains_word(own_text, word)) return word;
  }
  return {};
}

constexpr std::array<std::string_view, 16> kSelfTalk{
    "提示词",         "系统提示",     "语言模型",        "作为一个助手",    "作为ai",
    "作为 ai",        "人工智能助手", "我的指令",        "系统消息",        "system prompt",
    "language model", "as an ai",     "as an assistant", "my instructions", "previous instructions",
    "prompt"};

// Doing words that only a change to a system explains.
constexpr auto kChineseDeeds = std::to_array<std::string_view>(
    {"重新启动", "处理", "拉起", "摘除", "切流", "杀掉", "调大", "调整", "修好", "搞定", "排除",
     "重启",     "回滚", "扩容", "缩容", "修复", "隔离", "封禁", "屏蔽", "降级", "部署", "清理",
     "删除",     "回退", "升级", "迁移", "执行", "下线", "拉黑", "关停", "解决", "自愈"});
// These also happen by themselves in logs; they are deeds when somebody did them.
constexpr std::array<std::string_view, 7> kChineseActs{"通知", "发送", "关闭", "停止",
                                                       "切换", "推送", "联系"};
constexpr std::array<std::string_view, 8> kChineseDoers{"我已",   "我把", "我们已", "我们把",
                                                        "已帮你", "帮你", "替你",   "自动"};
constexpr std::array<std::string_view, 9> kDoneBefore{"已",   "已经", "我",   "我们", "自动",
                                                      "成功", "正在", "将会", "马上"};
constexpr std::array<std::string_view, 7> kDoneBehind{"了", "完成", "成功", "完毕",
                                                      "好", "过",   "掉"};
constexpr auto kEnglishDeeds = std::to_array<std::string_view>(
    {"restarted",   "restarting", "rolled back", "rolling back",  "scaled up",  "scaled out",
     "scaled down", "fixed",      "repaired",    "remediated",    "mitigated",  "isolated",
     "quarantined", "blocked",    "deleted",     "patched",       "redeployed", "deployed",
     "executed",    "shut down",  "rebooted",    "terminated",    "upgraded",   "downgraded",
     "migrated",    "notified",   "emailed",     "i have sent",   "i sent",     "we sent",
     "cleaned up",  "restored",   "bounced",     "taken care of", "dealt with", "handled",
     "sorted out",  "rerouted",   "failed over"});

constexpr std::array<std::string_view, 5> kFirstPerson{"我", "咱们", "i", "we", "our"};

// A deed that is told as done: a mark within a few characters before it, or right behind it.
bool is_told_as_done(std::string_view text, std::size_t at, std::size_t size) {
  const std::string_view behind = text.substr(at + size);
  if (std::ranges::any_of(kDoneBehind, [&](auto mark) { return behind.starts_with(mark); }))
    return true;
  std::size_t from = at;
  for (std::size_t steps = 0; from > 0 && steps < 18; ++steps) --from;
  const std::string_view around = text.substr(from, at - from);
  return std::ranges::any_of(
      kDoneBefore, [&](auto mark) { return around.find(mark) != std::string_view::npos; });
}

std::string_view find_chinese_deed(std::string_view text, std::string_view own_text) {
  for (const auto deed : kChineseDeeds) {
    if (own_text.find(deed) != std::string_view::npos) continue;
    for (std::size_t i = text.find(deed); i != std::string_view::npos; i = text.find(deed, i + 1)) {
      if (is_told_as_done(text, i, deed.size())) return text.substr(i, deed.size());
    }
  }
  for (const auto doer : kChineseDoers) {
    for (std::size_t i = text.find(doer); i != std::string_view::npos; i = text.find(doer, i + 1)) {
      const std::string_view behind = prefix_of_characters(text.substr(i + doer.size()), 10);
      for (const auto act : kChineseActs) {
        if (behind.find(act) != std::string_view::npos &&
            own_text.find(act) == std::string_view::npos)
          return act;
      }
    }
  }
  return {};
}

constexpr auto kChineseOrders = std::to_array<std::string_view>(
    {"务必",   "立即",   "立刻", "赶紧", "赶快",   "点击", "拨打", "转账", "下载", "建议", "尽快",
     "麻烦你", "麻烦您", "帮我", "替我", "验证码", "回复", "转发", "汇款", "付款", "扫码", "发给",
     "记得",   "别忘",   "最好", "应该", "应当",   "不妨", "登录", "安装", "上报", "告诉"});
constexpr std::array<std::string_view, 8> kChineseMust{"你应该", "你必须", "你得",   "你要",
                                                       "你需要", "您需要", "您应该", "您必须"};
constexpr std::array<std::string_view, 9> kLookVerbs{"看",   "关注", "留意", "留心", "确认",
                                                     "处理", "检查", "注意", "决定"};
constexpr std::array<std::string_view, 20> kEnglishOrders{
    "please",  "you must", "you have to", "you ought to", "make sure",   "click",     "download",
    "dial",    "go to",    "visit",       "transfer",     "i recommend", "i suggest", "immediately",
    "run the", "run this", "execute",     "urgently",     "call the",    "reply with"};
constexpr std::array<std::string_view, 3> kEnglishMust{"you should", "you need to",
                                                       "you may want to"};
constexpr std::array<std::string_view, 6> kEnglishLook{"look", "check", "review",
                                                       "see",  "watch", "decide"};

// What an English order begins with; a report does not begin so.
constexpr std::array<std::string_view, 33> kImperatives{
    "send",    "call",  "run",     "click",  "open",    "restart", "give",     "tell",   "enter",
    "reply",   "visit", "buy",     "pay",    "type",    "forward", "download", "ignore", "delete",
    "disable", "stop",  "contact", "ask",    "confirm", "notify",  "install",  "reboot", "rollback",
    "roll",    "scale", "read",    "repeat", "say",     "use"};

// 请 where it asks: not 请求, 申请.
std::string_view find_please(std::string_view text) {
  static constexpr std::string_view kPlease = "请";
  for (std::size_t i = text.find(kPlease); i != std::string_view::npos;
       i = text.find(kPlease, i + 1)) {
    const std::string_view before = text.substr(0, i);
    if (!text.substr(i + kPlease.size()).starts_with("求") && !before.ends_with("申") &&
        !before.ends_with("邀"))
      return text.substr(i, kPlease.size());
  }
  return {};
}

std::string_view find_imperative(std::string_view text) {
  bool begins = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins && is_letter(text[i])) {
      std::size_t end = i;
      while (is_letter(at_or_zero(text, end))) ++end;
      const std::string_view word = text.substr(i, end - i);
      if (std::ranges::find(kImperatives, word) != kImperatives.end()) return word;
      i = end - 1;
      begins = false;
    } else if (is_one_of(text[i], ".!?;:\n")) {
      begins = true;
    } else if (!is_space(text[i])) {
      begins = false;
    }
  }
  return {};
}

std::string_view find_must(std::string_view text, std::string_view own_text, Words musts,
                           Words allowed, bool may_look) {
  for (const auto must : musts) {
    if (own_text.find(must) != std::string_view::npos) continue;
    for (std::size_t i = text.find(must); i != std::string_view::npos; i = text.find(must, i + 1)) {
      const std::string_view behind = prefix_of_characters(text.substr(i + must.size()), 12);
      const bool look = std::ranges::any_of(
          allowed, [&](auto verb) { return behind.find(verb) != std::string_view::npos; });
      if (!may_look || !look) return text.substr(i, must.size());
    }
  }
  return {};
}

// What a digest of logs cannot know unless a log line speaks of it: who was hit, what it cost, who
// is to blame.
struct Subject {
  std::string_view chinese;
  std::string_view english;
};
constexpr std::array<Subject, 21> kSubjects{
    {{"用户", "user"},          {"客户", "customer"},     {"顾客", "client"},
     {"投诉", "complain"},      {"损失", "revenue"},      {"发布", "release"},
     {"新版本", "new version"}, {"上线", "rollout"},      {"攻击", "attack"},
     {"黑客", "hack"},          {"提交", "commit"},       {"同事", "colleague"},
     {"可用性", "availab"},     {"可用率", "uptime"},     {"成功率", "success rate"},
     {"使用率", "usage"},       {"占用率", "utili"},      {"负载", "cpu load"},
     {"流量", "traffic"},       {"请求量", "throughput"}, {"延迟", "latency"}}};
constexpr std::string_view kNotMeasured = "the data says nothing about this";

// Letters and Han only, so that other punctuation does not hide a quotation.
std::string skeleton(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_alnum(text[i])) {
      out += text[i];
    } else if (byte >= 0xe4 && byte <= 0xe9) {
      out.append(text.substr(i, 3));
      i += 2;
    }
  }
  return to_lower_ascii(out);
}

constexpr std::size_t kQuotedBytes =
    36;  // 12 Chinese characters, or some six English words without spaces

}  // namespace

Complaint complain(Objection kind, std::string_view what, std::string_view quoted) {
  std::string reason(what);
  if (!quoted.empty()) reason += ": \"" + shorten_characters(quoted, 40) + "\"";
  return {.kind = kind, .reason = std::move(reason)};
}

std::optional<Complaint> check_leak(std::string_view text, std::string_view private_text) {
  const std::string lower = to_lower_ascii(text);
  for (const auto phrase : kSelfTalk) {
    if (contains_word(lower, phrase))
      return complain(Objection::leak, "speak about the logs only, not about", phrase);
  }
  const std::string hidden = skeleton(private_text);
  const std::string heard = skeleton(text);
  if (hidden.size() < kQuotedBytes || heard.size() < kQuotedBytes) return std::nullopt;
  std::unordered_set<std::string_view> pieces;
  for (std::size_t i = 0; i + kQuotedBytes <= hidden.size(); ++i) {
    pieces.insert(std::string_view(hidden).substr(i, kQuotedBytes));
  }
  for (std::size_t i = 0; i + kQuotedBytes <= heard.size(); ++i) {
    if (pieces.contains(std::string_view(heard).substr(i, kQuotedBytes))) {
      return complain(Objection::leak, "do not repeat the instructions");
    }
  }
  return std::nullopt;
}

std::optional<Complaint> check_actions(std::string_view text, std::string_view own_text) {
  const std::string lower = to_lower_ascii(text);
  const std::string own = to_lower_ascii(own_text);
  std::string_view deed = find_chinese_deed(lower, own);
  if (deed.empty()) deed = first_foreign(lower, own, kEnglishDeeds);
  // The digest knows of nobody who did or thinks anything.
  if (deed.empty()) deed = first_foreign(lower, own, kFirstPerson);
  if (deed.empty()) return std::nullopt;
  return complain(Objection::action, "nothing was done by anybody, so do not say so", deed);
}

std::optional<Complaint> check_subjects(std::string_view text, std::string_view own_text,
                                        std::string_view log_text) {
  const std::string lower = to_lower_ascii(text);
  const std::string known = to_lower_ascii(own_text) + to_lower_ascii(log_text);
  for (const auto& subject : kSubjects) {
    const bool logged = known.find(subject.chinese) != std::string::npos ||
                        known.find(subject.english) != std::string::npos;
    if (logged) continue;
    for (const auto word : {subject.chinese, subject.english}) {
      if (lower.find(word) != std::string::npos)
        return complain(Objection::claim, kNotMeasured, word);
    }
  }
  return std::nullopt;
}

std::optional<Complaint> check_orders(std::string_view text, std::string_view own_text,
                                      bool asks_for_a_look) {
  const std::string lower = to_lower_ascii(text);
  const std::string own = to_lower_ascii(own_text);
  std::string_view order = first_foreign(lower, own, kChineseOrders);
  if (order.empty()) order = first_foreign(lower, own, kEnglishOrders);
  if (order.empty() && find_please(own).empty()) order = find_please(lower);
  if (order.empty()) order = find_imperative(lower);
  if (order.empty()) order = find_must(lower, own, kChineseMust, kLookVerbs, asks_for_a_look);
  if (order.empty()) order = find_must(lower, own, kEnglishMust, kEnglishLook, asks_for_a_look);
  if (order.empty()) return std::nullopt;
  return complain(Objection::order, "report, do not tell the listener what to do", order);
}

}  // namespace mtc::narration
