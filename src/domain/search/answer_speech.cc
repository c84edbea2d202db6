#include <fmt/format.h>

#include <cctype>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/phrase.h"
#include "domain/logs/range_speech.h"
#include "domain/search/log_search.h"

namespace mtc::search {
namespace {

constexpr std::size_t kWordCharacters = 30;
constexpr double kMostly = 0.5;  // from this share on, one kind is what it mostly is

std::string level_word(logs::Level level, bool zh) {
  switch (level) {
    case logs::Level::fatal:
      return zh ? "致命错误" : "fatal errors";
    case logs::Level::error:
      return zh ? "错误" : "errors";
    case logs::Level::warn:
      return zh ? "警告和错误" : "warnings and errors";
    case logs::Level::unknown:
    case logs::Level::trace:
    case logs::Level::debug:
    case logs::Level::info:
      return zh ? "日志" : "log lines";
  }
  return {};
}

// What the user said comes back as they said it, but only its letters: it is read aloud.
std::string spoken_words(const std::string& keyword) {
  std::string out;
  for (const char c : shorten_characters(sanitize_utf8(keyword), kWordCharacters)) {
    const bool plain =
        static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return std::string(trim(out));
}

std::string say_zh(const Answer& answer, TimePoint now, const Zone& zone) {
  const std::string range = logs::say_range(answer.question.range, now, zone, Language::zh);
  const std::string words = spoken_words(answer.question.keyword);
  const std::string what = level_word(answer.question.level.value_or(logs::Level::unknown), true);
  if (answer.total == 0) {
    const std::string lines = what == "日志" ? "日志" : what + "日志";
    return words.empty() ? fmt::format("{}，没有找到{}。", range, lines)
                         : fmt::format("{}，没有找到 {} 的{}。", range, words, lines);
  }
  const std::string count = say_count(answer.total, Language::zh);
  std::string out = words.empty() ? fmt::format("{}，有{}条{}。", range, count, what)
                                  : fmt::format("{}，{} 有{}条{}。", range, words, count, what);
  if (!answer.kinds.empty() && answer.total > 1) {
    const Kind& most = answer.kinds.front();
    const std::string phrase = digest::human_phrase(most.text, Language::zh);
    if (static_cast<double>(most.count) >= kMostly * static_cast<double>(answer.looked_at)) {
      out += answer.kinds.size() == 1
                 ? fmt::format("都是{}。", phrase)
                 : fmt::format("{}条是{}。", say_count(most.count, Language::zh), phrase);
    } else {
      out += fmt::format("最多的是{}，{}条。", phrase, say_count(most.count, Language::zh));
    }
  }
  if (answer.looked_at < answer.total) {
    out += fmt::format("只看了最新的{}条。", say_count(answer.looked_at, Language::zh));
  } else if (answer.first) {
    out += fmt::format("{}在{}。", answer.total == 1 ? "它" : "第一条",
                       say_moment(*answer.first, now, zone, Language::zh));
  }
  return out;
}

std::string say_en(const Answer& answer, TimePoint now, const Zone& zone) {
  const std::string range = logs::say_range(answer.question.range, now, zone, Language::en);
  const std::string words = spoken_words(answer.question.keyword);
  const std::string what = level_word(answer.question.level.value_or(logs::Level::unknown), false);
  const std::string about = words.empty() ? what : fmt::format("{} with {}", what, words);
  if (answer.total == 0) return fmt::format("I found no {} {}.", about, range);
  std::string out =
      fmt::format("There are {} {} {}.", say_count(answer.total, Language::en), about, range);
  if (!answer.kinds.empty() && answer.total > 1) {
    const Kind& most = answer.kinds.front();
    out += fmt::format(" {} of them: {}.", say_count(most.count, Language::en),
                       digest::human_phrase(most.text, Language::en));
  }
  if (answer.looked_at < answer.total) {
    out += fmt::format(" I looked at the newest {}.", say_count(answer.looked_at, Language::en));
  } else if (answer.first) {
    out += fmt::format(" The first was {}.", say_moment(*answer.first, now, zone, Language::en));
  }
  return out;
}

}  // namespace

std::string say_answer(const Answer& answer, TimePoint now, const Zone& zone, Language language) {
  return language == Language::zh ? close_gaps(say_zh(answer, now, zone))
                                  : say_en(answer, now, zone);
}

}  // namespace mtc::search
