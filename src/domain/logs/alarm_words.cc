// What somebody says about an alarm → AlarmCondition.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/characters.h"
#include "base/text.h"
#include "domain/logs/alarm_condition.h"
#include "domain/logs/counted_words.h"
#include "domain/logs/spoken_condition.h"

namespace mtc::logs {
namespace {

constexpr std::size_t kMaxWords = 4;
constexpr std::size_t kMaxWordBytes = 200;
constexpr std::size_t kMaxBytes = 600;

struct Said {
  std::string_view word;
  Comparison comparison;
};
// The longest first where one holds the other.
constexpr auto kBeforeNumber = std::to_array<Said>({
    {"不得超过", Comparison::more},
    {"不超过", Comparison::at_most},
    {"不少于", Comparison::at_least},
    {"不低于", Comparison::at_least},
    {"不小于", Comparison::at_least},
    {"不大于", Comparison::at_most},
    {"不多于", Comparison::at_most},
    {"不高于", Comparison::at_most},
    {"大于等于", Comparison::at_least},
    {"小于等于", Comparison::at_most},
    {"大于或等于", Comparison::at_least},
    {"小于或等于", Comparison::at_most},
    {"超过", Comparison::more},
    {"大于", Comparison::more},
    {"高于", Comparison::more},
    {"多于", Comparison::more},
    {"超出", Comparison::more},
    {"突破", Comparison::more},
    {"达到", Comparison::at_least},
    {"至少", Comparison::at_least},
    {"满", Comparison::at_least},
    {"低于", Comparison::fewer},
    {"少于", Comparison::fewer},
    {"小于", Comparison::fewer},
    {"不足", Comparison::fewer},
    {"不到", Comparison::fewer},
    {"未达到", Comparison::fewer},
    {"低过", Comparison::fewer},
    {"至多", Comparison::at_most},
    {"等于", Comparison::equal},
    {">=", Comparison::at_least},
    {"<=", Comparison::at_most},
    {"==", Comparison::equal},
    {">", Comparison::more},
    {"<", Comparison::fewer},
    {"no more than", Comparison::at_most},
    {"no less than", Comparison::at_least},
    {"no fewer than", Comparison::at_least},
    {"more than", Comparison::more},
    {"greater than", Comparison::more},
    {"higher than", Comparison::more},
    {"exceeds", Comparison::more},
    {"exceed", Comparison::more},
    {"above", Comparison::more},
    {"over", Comparison::more},
    {"at least", Comparison::at_least},
    {"fewer than", Comparison::fewer},
    {"less than", Comparison::fewer},
    {"below", Comparison::fewer},
    {"under", Comparison::fewer},
});
constexpr auto kBehindNumber = std::to_array<Said>({{"及以上", Comparison::at_least},
                                                    {"或以上", Comparison::at_least},
                                                    {"以上", Comparison::at_least},
                                                    {"及以下", Comparison::at_most},
                                                    {"以下", Comparison::at_most},
                                                    {"or more", Comparison::at_least},
                                                    {"and more", Comparison::at_least},
                                                    {"or less", Comparison::at_most},
                                                    {"or fewer", Comparison::at_most}});

struct Limit {
  Comparison comparison = Comparison::more;
  std::optional<double> value;
  std::string_view unit;
};

bool is_duration(std::string_view unit) {
  return unit == "m" || unit == "h" || unit == "d" || unit == "quarter";
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

// "超过 100 条", "100 条以上"; a comparison alone where the number is said apart from it.
std::optional<Limit> take_limit(SpokenText& said) {
  for (const auto& mention : mentions_in(said.lower())) {
    const std::size_t behind = skip_blanks(said.lower(), mention.end);
    for (const auto& [word, comparison] : kBehindNumber) {
      if (said.lower().compare(behind, word.size(), word) != 0) continue;
      said.take(mention.begin, behind + word.size() - mention.begin);
      return Limit{comparison, mention.value, mention.unit};
    }
  }
  std::optional<std::pair<std::size_t, Said>> alone;
  for (const auto& known : kBeforeNumber) {
    for (auto at = said.find_word(known.word); at != std::string::npos;
         at = said.find_word(known.word, at + 1)) {
      std::size_t number = skip_blanks(said.lower(), at + known.word.size());
      for (const std::string_view filler : {"了", "到", "过"}) {
        if (said.lower().compare(number, filler.size(), filler) == 0)
          number = skip_blanks(said.lower(), number + filler.size());
      }
      const auto mention = mention_at(said.lower(), number);
      if (!mention && !alone) alone.emplace(at, known);
      if (!mention || (is_duration(mention->unit) && known.comparison != Comparison::more))
        continue;
      // "over five minutes" is a period where another number is there to be compared.
      if (is_duration(mention->unit) && mentions_in(said.lower()).size() > 1) continue;
      said.take(at, mention->end - at);
      return Limit{known.comparison, mention->value, mention->unit};
    }
  }
  if (alone) {
    said.take(alone->first, alone->second.word.size());
    return Limit{alone->second.comparison, std::nullopt, ""};
  }
  return std::nullopt;
}

// "3 次 timeout", "100 errors": from so many on.
std::optional<Limit> take_bare_count(SpokenText& said) {
  for (const auto& mention : mentions_in(said.lower())) {
    const bool counts = mention.unit == "times" || mention.unit == "lines" || mention.unit == "%" ||
                        mention.unit == "s" || mention.unit == "ms";
    const std::size_t behind = skip_blanks(said.lower(), mention.end);
    bool before_noun = false;
    for (const std::string_view noun : {"error", "warning", "fatal", "failure", "exception"}) {
      before_noun = before_noun || said.lower().compare(behind, noun.size(), noun) == 0;
    }
    if (!counts && !before_noun) continue;
    said.take(mention.begin, mention.end - mention.begin);
    return Limit{Comparison::at_least, mention.value, mention.unit};
  }
  return std::nullopt;
}

// 就通知运维组 → 运维组.
std::string take_notice(SpokenText& said) {
  static constexpr auto kMarks = std::to_array<std::string_view>(
      {"就通知到", "就通知", "请通知", "通知到", "通知给", "通知", "就喊", "喊一下", "就告诉",
       "告诉", "就叫", "发给", "notify", "then tell", "and tell", "tell", "page"});
  for (const auto mark : kMarks) {
    const auto at = said.find_word(mark);
    if (at == std::string::npos) continue;
    std::size_t end = std::min(said.lower().find(SpokenText::kGap, at), said.lower().size());
    for (const std::string_view word : {" when ", " if ", " as soon as "}) {
      end = std::min(end, said.lower().find(word, at));
    }
    // Not in "login page errors above 100".
    const auto behind = std::string_view(said.lower()).substr(at, end - at);
    if (mark == "page" && !mentions_in(behind).empty()) continue;
    std::string who = said.take(at, end - at).substr(mark.size());
    who = std::string(trim(who));
    for (const std::string_view me : {"我", "我们", "me", "us", "一下"}) {
      if (who == me) who.clear();
    }
    return shorten_characters(who, 60);
  }
  return {};
}

void take_noise(SpokenText& said) {
  static constexpr auto kNoise = std::to_array<std::string_view>(
      {"就触发告警", "触发告警", "就告警", "就报警", "就触发", "就提醒", "提醒一下", "提醒",
       "告警一下", "触发", "报警", "告警", "alert me", "raise an alarm", "alert", "send an alarm",
       "alarm", "出现次数", "please"});
  while (said.take_any(kNoise)) {
  }
}

void into_rate(AlarmCondition& out) {
  if (out.measure == Measure::errors) out.measure = Measure::error_rate;
  if (out.measure == Measure::status_4xx) out.measure = Measure::status_4xx_rate;
  if (out.measure == Measure::status_5xx) out.measure = Measure::status_5xx_rate;
}

bool is_rate(Measure measure) {
  return measure == Measure::error_rate || measure == Measure::status_4xx_rate ||
         measure == Measure::status_5xx_rate;
}

// 502 alone among the words is a status code.
void find_status_code(AlarmCondition& out) {
  if (out.measure != Measure::lines || out.words.size() != 1) return;
  std::string_view word = out.words.front();
  for (const std::string_view prefix :
       {"状态码为", "状态码是", "状态码", "http ", "status code ", "status "}) {
    if (to_lower_ascii(word).starts_with(prefix)) word = trim(word.substr(prefix.size()));
  }
  for (const std::string_view suffix : {"错误", "状态码", " status", " responses", " errors"}) {
    if (word.ends_with(suffix)) word = trim(word.substr(0, word.size() - suffix.size()));
  }
  if (word.size() != 3 || !std::ranges::all_of(word, is_digit) || word[0] < '1' || word[0] > '5')
    return;
  out.measure = Measure::status;
  out.status = (word[0] - '0') * 100 + (word[1] - '0') * 10 + (word[2] - '0');
  out.words.clear();
}

// keyword_count:login failed >= 40 → "login failed", and the rest.
std::optional<std::string> take_keyword_count(SpokenText& said) {
  constexpr std::string_view kName = "keyword_count:";
  const auto at = said.lower().find(kName);
  if (at == std::string::npos) return std::nullopt;
  const auto begin = at + kName.size();
  const auto end = std::min(said.lower().find_first_of("<>=", begin), said.lower().size());
  const std::string words = said.take(at, end - at).substr(kName.size());
  return std::string(trim(words));
}

std::unexpected<Error> nothing_counted(Language language) {
  return fail(Errc::invalid_argument,
              language == Language::zh
                  ? "condition: 没说要数什么；比如错误、警告、5xx、延迟、日志量，或者一个词"
                  : "condition: what is to be counted is missing: errors, warnings, 5xx, latency, "
                    "log lines or a word");
}

std::unexpected<Error> no_limit(Language language) {
  return fail(Errc::invalid_argument,
              language == Language::zh
                  ? "condition: 没说到多少才告警；比如超过一百条，或者高于两秒"
                  : "condition: from how much on it fires is missing; say for example more than "
                    "100 or above 2 seconds");
}

// What takes its threshold for granted: 出现 OOM, 没有日志.
std::optional<Limit> implied_limit(SpokenText& said, bool counted, bool* silence) {
  static constexpr auto kSilent = std::to_array<std::string_view>(
      {"没有任何日志", "没有新日志", "没有日志", "没日志", "无日志", "日志断了", "no log lines",
       "no logs", "no lines", "日志中断"});
  if (said.take_any(kSilent)) {
    *silence = true;
    return Limit{Comparison::fewer, 1, "lines"};
  }
  static constexpr auto kAppears = std::to_array<std::string_view>(
      {"只要出现", "一出现", "出现了", "出现", "appears", "appear", "shows up", "occurs", "is seen",
       "happens", "contains", "包含"});
  if (said.take_any(kAppears)) return Limit{Comparison::more, 0, "times"};
  static constexpr auto kAny = std::to_array<std::string_view>({"只要有", "any", "一有"});
  if (counted && said.take_any(kAny)) return Limit{Comparison::more, 0, "times"};
  return std::nullopt;
}

Result<void> check_threshold(const AlarmCondition& out, Language language) {
  const bool zh = language == Language::zh;
  if (!std::isfinite(out.threshold) || out.threshold < 0 || out.threshold > 1e12) {
    return fail(Errc::invalid_argument, zh ? "threshold: 要一个从 0 到一万亿的数"
                                           : "threshold: expected a number from 0 to 1e12");
  }
  if (is_rate(out.measure) && out.threshold > 100) {
    return fail(Errc::invalid_argument, zh ? "threshold: 比例不会超过百分之百"
                                           : "threshold: a rate is at most 100 percent");
  }
  const bool never = out.comparison == Comparison::fewer && out.threshold == 0;
  if (never) {
    return fail(Errc::invalid_argument,
                zh ? "condition: 不会比 0 还少，这条告警永远不会触发"
                   : "condition: nothing is less than 0; this alarm would never fire");
  }
  return {};
}

}  // namespace

Result<AlarmCondition> parse_alarm_condition(std::string_view text, std::optional<double> threshold,
                                             Language language) {
  if (text.size() > kMaxBytes) {
    return fail(Errc::invalid_argument, language == Language::zh ? "condition: 太长了，说短一点"
                                                                 : "condition: that is too long");
  }
  AlarmCondition out;
  SpokenText said(text);
  while (auto quoted = said.take_quoted()) out.words.push_back(std::move(*quoted));
  if (auto words = take_keyword_count(said); words && !words->empty())
    out.words.push_back(std::move(*words));
  out.notice = take_notice(said);

  const bool names_logs = said.lower().find("日志") != std::string::npos;
  take_statistic(said, out);
  bool silence = false;
  auto limit = take_limit(said);
  out.minutes = said.take_period();
  if (!limit) limit = implied_limit(said, !out.words.empty(), &silence);
  if (!limit) limit = take_bare_count(said);
  take_noise(said);
  const bool rate_named = take_rate(said);
  const auto measure = take_measure(said);
  for (auto& word : said.rest()) out.words.push_back(std::move(word));

  const bool counts_lines = limit && (limit->unit == "lines" || names_logs) && out.words.empty() &&
                            !rate_named && !measure;
  if (!measure && out.words.empty() && !silence && !counts_lines) {
    return limit || threshold ? nothing_counted(language) : no_limit(language);
  }
  out.measure = measure.value_or(Measure::lines);
  if (rate_named || (limit && limit->unit == "%")) into_rate(out);
  find_status_code(out);
  if (limit && limit->unit == "%" && !is_rate(out.measure)) return nothing_counted(language);

  std::size_t bytes = 0;
  for (const auto& word : out.words) bytes += word.size();
  if (out.words.size() > kMaxWords || bytes > kMaxWordBytes) return nothing_counted(language);

  if (limit) out.comparison = limit->comparison;
  if (limit && limit->value) {
    out.threshold = *limit->value;
    if (out.measure == Measure::latency && limit->unit == "s") out.threshold *= 1000;
    if (out.measure == Measure::latency && limit->unit == "m") out.threshold *= 60'000;
  } else if (threshold) {
    out.threshold = *threshold;
  } else {
    return no_limit(language);
  }
  if (auto ok = check_threshold(out, language); !ok) return fail(ok.error());
  return out;
}

}  // namespace mtc::logs
