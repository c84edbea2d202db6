#include "domain/narration/speech_rules.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>

#include "base/text.h"
#include "domain/narration/characters.h"

namespace mtc::narration {
namespace {

using Words = std::span<const std::string_view>;

Complaint complain(Objection kind, std::string_view what, std::string_view quoted = {}) {
  std::string reason(what);
  if (!quoted.empty()) reason += ": \"" + shorten_characters(quoted, 40) + "\"";
  return {.kind = kind, .reason = std::move(reason)};
}

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

// ---- form
// --------------------------------------------------------------------------------------------------------

bool is_list_line(std::string_view line) {
  line = trim(line);
  if (line.size() < 2) return false;
  if (is_one_of(line[0], "-+>") || line.starts_with("•") || line.starts_with("·")) return true;
  return is_digit(line[0]) &&
         (line[1] == '.' || line[1] == ')' || line.substr(1).starts_with("、")) &&
         !is_digit(at_or_zero(line, 2));
}

// Emoji and pictographs; what a voice would describe or skip.
bool has_pictures(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(at_or_zero(text, i + 1));
    if (byte == 0xf0 && next == 0x9f) return true;                  // U+1F000 …
    if (byte == 0xe2 && next >= 0x98 && next <= 0x9e) return true;  // U+2600 … U+27BF
    if (byte == 0xe2 && (next == 0x80 || next == 0x81)) {           // invisible and direction marks
      const auto last = static_cast<unsigned char>(at_or_zero(text, i + 2));
      if (next == 0x81 ? last >= 0xa0
                       : (last >= 0x8b && last <= 0x8f) || (last >= 0xaa && last <= 0xae))
        return true;
    }
    if (byte == 0xf3) return true;  // tags
  }
  return false;
}

// Hexadecimal ids, hashes, pod names, placeholders without their brackets. 40x, 2pm and p99 are
// none.
bool is_id(std::string_view word) {
  const auto count = [&](auto is) { return std::ranges::count_if(word, is); };
  const auto digits = count(is_digit);
  const auto letters = count(is_letter);
  if (word.size() >= 8 && digits >= 2 && letters >= 2) return true;
  if (digits >= 12) return true;
  const std::size_t hyphen = word.rfind('-');
  if (hyphen == std::string_view::npos || hyphen + 1 == word.size()) return false;
  const std::string_view kind = word.substr(0, hyphen);
  static constexpr std::array<std::string_view, 14> kKinds{
      "private-key", "secret", "credentials", "token", "key", "email", "id-card",
      "bank-card",   "phone",  "uuid",        "ip",    "mac", "hash",  "host"};
  return std::ranges::find(kKinds, to_lower_ascii(kind)) != kKinds.end() &&
         std::ranges::all_of(word.substr(hyphen + 1), is_digit);
}

std::string_view find_id(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (is_alnum(text[end]) || is_one_of(text[end], "-_"))) ++end;
    if (end > i && is_id(text.substr(i, end - i))) return text.substr(i, end - i);
    i = std::max(end, i + 1);
  }
  return {};
}

std::string_view find_dotted(std::string_view text) {  // 10.0.0.1, foo.bar(), example.com, a.b.c
  for (std::size_t i = text.find('.'); i != std::string_view::npos; i = text.find('.', i + 1)) {
    const char before = before_or_zero(text, i);
    const char after = at_or_zero(text, i + 1);
    if (!is_alnum(before) || !is_alnum(after)) continue;
    const std::string_view around = text.substr(i - 1, 3);
    const bool decimal = is_digit(before) && is_digit(after);
    const bool half_day = is_one_of(before, "apAP") && is_one_of(after, "mM");  // a.m.
    if (!decimal && !half_day) return around;
    std::size_t end = i + 1;
    while (is_digit(at_or_zero(text, end))) ++end;
    if (decimal && at_or_zero(text, end) == '.' && is_digit(at_or_zero(text, end + 1)))
      return around;
  }
  return {};
}

// 贰, Ⅷ, ⑧, ８: numbers that the check of figures does not read, and voices read badly.
bool has_disguised_numbers(std::string_view text) {
  for (const std::string_view sign :
       {"壹", "贰", "叁", "肆", "柒", "捌", "玖", "佰", "仟", "廿", "卅"}) {
    if (text.find(sign) != std::string_view::npos) return true;
  }
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    const auto c = static_cast<unsigned char>(text[i + 2]);
    if (a == 0xe2 && (b == 0x85 || (b == 0x86 && c <= 0x88))) return true;  // U+2140 … U+2188
    if (a == 0xe2 && ((b == 0x91 && c >= 0xa0) || b == 0x92 || b == 0x93))
      return true;  // U+2460 … U+24FF
    if (a == 0xe2 && (b == 0x81 || b == 0x82) && c >= 0xb0)
      return true;                                         // superscripts and subscripts
    if (a == 0xe3 && b >= 0x88 && b <= 0x8f) return true;  // ㈠, ㊀
    const bool wide =
        a == 0xef && ((b == 0xbc && ((c >= 0x90 && c <= 0x99) || (c >= 0xa1 && c <= 0xba))) ||
                      (b == 0xbd && c >= 0x81 && c <= 0x9a));
    if (wide) return true;
  }
  return false;
}

std::string_view find_written_thousands(std::string_view text) {  // 1,200
  for (std::size_t i = text.find(','); i != std::string_view::npos; i = text.find(',', i + 1)) {
    if (is_digit(before_or_zero(text, i)) && is_digit(at_or_zero(text, i + 1)))
      return text.substr(i - 1, 3);
  }
  return {};
}

// ---- language
// ----------------------------------------------------------------------------------------------------

struct Letters {
  std::size_t han = 0;
  std::size_t latin_words = 0;
  std::size_t latin_run = 0;  // the most words in a row
  bool foreign = false;       // another script
};

Letters count_letters(std::string_view text) {
  Letters out;
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_letter(text[i])) {
      while (is_alnum(at_or_zero(text, i)) || is_one_of(at_or_zero(text, i), "'-_")) ++i;
      ++out.latin_words;
      out.latin_run = std::max(out.latin_run, ++run);
      continue;
    }
    if (byte >= 0xe4 && byte <= 0xe9) {  // U+4000 … U+9FFF
      ++out.han;
      run = 0;
      i += 3;
      continue;
    }
    if (byte >= 0xc3 && byte <= 0xdf && byte != 0xc3)
      out.foreign = true;                                  // Greek, Cyrillic, Arabic …
    if (byte >= 0xea && byte <= 0xed) out.foreign = true;  // Hangul and others
    if (byte == 0xe3) {                                    // kana, but not 、。「」《》
      const auto next = static_cast<unsigned char>(at_or_zero(text, i + 1));
      if (next >= 0x81 && next <= 0x83) out.foreign = true;
    }
    if (!is_space(text[i])) run = 0;
    ++i;
  }
  return out;
}

constexpr std::size_t kLatinRunInChinese = 5;

bool is_han(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(at_or_zero(text, at));
  return byte >= 0xe4 && byte <= 0xe9 && at + 3 <= text.size();
}

// A run of Chinese characters that our own English text does not hold either (a name may be
// Chinese).
bool has_foreign_han(std::string_view text, std::string_view own_text) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (is_han(text, end)) end += 3;
    if (end > i && own_text.find(text.substr(i, end - i)) == std::string_view::npos) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

// ---- what it must not talk about
// ---------------------------------------------------------------------------------

constexpr std::array<std::string_view, 16> kSelfTalk{
    "提示词",         "系统提示",     "语言模型",        "作为一个助手",    "作为ai",
    "作为 ai",        "人工智能助手", "我的指令",        "系统消息",        "system prompt",
    "language model", "as an ai",     "as an assistant", "my instructions", "previous instructions",
    "prompt"};

// Doing words that only a change to a system explains.
constexpr std::array<std::string_view, 21> kChineseDeeds{
    "重启", "回滚", "扩容", "缩容", "修复", "隔离", "封禁", "屏蔽", "降级", "部署", "清理",
    "删除", "回退", "升级", "迁移", "执行", "下线", "拉黑", "关停", "解决", "自愈"};
// These also happen by themselves in logs; they are deeds when somebody did them.
constexpr std::array<std::string_view, 8> kChineseActs{"通知", "处理", "发送", "关闭",
                                                       "停止", "切换", "推送", "联系"};
constexpr std::array<std::string_view, 8> kChineseDoers{"我已",   "我把", "我们已", "我们把",
                                                        "已帮你", "帮你", "替你",   "自动"};
constexpr std::array<std::string_view, 9> kDoneBefore{"已",   "已经", "我",   "我们", "自动",
                                                      "成功", "正在", "将会", "马上"};
constexpr std::array<std::string_view, 7> kDoneBehind{"了", "完成", "成功", "完毕",
                                                      "好", "过",   "掉"};
constexpr std::array<std::string_view, 31> kEnglishDeeds{
    "restarted",   "restarting", "rolled back", "rolling back", "scaled up",  "scaled out",
    "scaled down", "fixed",      "repaired",    "remediated",   "mitigated",  "isolated",
    "quarantined", "blocked",    "deleted",     "patched",      "redeployed", "deployed",
    "executed",    "shut down",  "rebooted",    "terminated",   "upgraded",   "downgraded",
    "migrated",    "notified",   "emailed",     "i have sent",  "i sent",     "we sent",
    "cleaned up"};

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

constexpr std::array<std::string_view, 40> kChineseOrders{
    "请你",   "请您", "请立", "请马",   "请尽", "请打", "请点", "请运", "请执", "请联",
    "请访",   "请输", "请把", "请将",   "请检", "请重", "请先", "请去", "务必", "立即",
    "立刻",   "赶紧", "赶快", "点击",   "拨打", "转账", "下载", "建议", "尽快", "麻烦你",
    "麻烦您", "帮我", "替我", "验证码", "回复", "转发", "汇款", "付款", "扫码", "发给"};
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
constexpr std::array<Subject, 12> kSubjects{{{"用户", "user"},
                                             {"客户", "customer"},
                                             {"顾客", "client"},
                                             {"投诉", "complain"},
                                             {"损失", "revenue"},
                                             {"发布", "release"},
                                             {"新版本", "new version"},
                                             {"上线", "rollout"},
                                             {"攻击", "attack"},
                                             {"黑客", "hack"},
                                             {"提交", "commit"},
                                             {"同事", "colleague"}}};
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

std::optional<Complaint> check_form(std::string_view text) {
  if (!is_valid_utf8(text)) return complain(Objection::form, "the text is not valid UTF-8");
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) {
      return complain(Objection::form, "the text holds control characters");
    }
    if (is_one_of(c, "*#`_[]{}()<>|\\^~=$@&\"+/")) {
      return complain(Objection::form, "plain sentences only, without the sign",
                      std::string_view(&c, 1));
    }
  }
  for (const std::string_view sign :
       {"（", "）", "【", "】", "《", "》", "｛", "｝", "／", "——", "www", "://", "…"}) {
    if (text.find(sign) != std::string_view::npos) {
      return complain(Objection::form, "plain sentences only, without the sign", sign);
    }
  }
  for (const auto line : split(text, '\n')) {
    if (is_list_line(line)) return complain(Objection::form, "sentences, not a list");
  }
  if (has_pictures(text)) return complain(Objection::form, "no emoji and no invisible characters");
  if (has_disguised_numbers(text)) {
    return complain(Objection::form, "numbers in plain digits or common Chinese numerals only");
  }
  if (const auto id = find_id(text); !id.empty())
    return complain(Objection::form, "ids are not spoken", id);
  if (const auto dotted = find_dotted(text); !dotted.empty()) {
    return complain(Objection::form, "addresses, file names and code are not spoken", dotted);
  }
  if (const auto number = find_written_thousands(text); !number.empty()) {
    return complain(Objection::form, "numbers are written without commas", number);
  }
  return std::nullopt;
}

std::optional<Complaint> check_language(std::string_view text, std::string_view own_text,
                                        Language language) {
  const Letters letters = count_letters(text);
  if (letters.foreign) return complain(Objection::language, "only the language that was asked for");
  if (language == Language::en) {
    if (has_foreign_han(text, own_text) || letters.latin_words == 0)
      return complain(Objection::language, "the text must be English");
    return std::nullopt;
  }
  const bool chinese = letters.han > 0 && letters.han >= 2 * letters.latin_words &&
                       letters.latin_run < kLatinRunInChinese;
  if (!chinese) return complain(Objection::language, "the text must be Chinese");
  return std::nullopt;
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
  if (order.empty()) order = find_imperative(lower);
  if (order.empty()) order = find_must(lower, own, kChineseMust, kLookVerbs, asks_for_a_look);
  if (order.empty()) order = find_must(lower, own, kEnglishMust, kEnglishLook, asks_for_a_look);
  if (order.empty()) return std::nullopt;
  return complain(Objection::order, "report, do not tell the listener what to do", order);
}

}  // namespace mtc::narration
