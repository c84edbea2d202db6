#include "domain/digest/speech_words.h"

#include "base/characters.h"
#include "base/spoken.h"
#include "domain/digest/period.h"
#include "domain/digest/phrase.h"

namespace mtc::digest {

SpeechWords::SpeechWords(const Digest& digest, const SpeechOptions& options)
    : language_(options.language),
      zone_(zone_of(digest)),
      now_(options.now.value_or(digest.created)),
      limit_(options.max_characters * (options.language == Language::zh ? 1 : 2)) {}

std::string SpeechWords::count(std::int64_t n) const {
  return say_count(n, language_);
}

std::string SpeechWords::times(std::int64_t n) const {
  return zh() ? count(n) + "次" : n == 1 ? "once" : n == 2 ? "twice" : count(n) + " times";
}

std::string SpeechWords::moment(TimePoint time) {
  const auto day = zone_.day_of(time);
  const auto ago = std::chrono::sys_days(zone_.day_of(now_)) - std::chrono::sys_days(day);
  if (ago > std::chrono::days(1) && day == named_day_) {
    return (zh() ? "" : "at ") + say_clock(time, zone_, language_);
  }
  named_day_ = day;
  return say_moment(time, now_, zone_, language_);
}

std::string SpeechWords::moment_after(TimePoint earlier, TimePoint time) {
  const bool soon = time - earlier < std::chrono::hours(2);
  return soon ? say_clock_again(time, zone_, language_) : moment(time);
}

std::string SpeechWords::phrase(const TemplateTotal& total) const {
  return human_phrase(total.text, language_);
}

std::string SpeechWords::whose(const TemplateTotal& total) const {
  const std::string service = spoken_service(total.service);
  std::string what = phrase(total);
  if (service.empty()) return what;
  return zh() ? follow(service) + "的" + lead(what) : what + " in " + service;
}

std::string SpeechWords::lead(std::string text) {
  return !text.empty() && is_ascii(text.front()) ? " " + text : text;
}

std::string SpeechWords::follow(std::string text) {
  return !text.empty() && is_ascii(text.back()) ? text + " " : text;
}

std::string SpeechWords::upper_first(std::string text) {
  if (!text.empty() && is_lower(text[0])) text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string SpeechWords::without_preposition(std::string text) {
  if (text.starts_with("at ") || text.starts_with("on ")) text.erase(0, 3);
  return text;
}

}  // namespace mtc::digest
