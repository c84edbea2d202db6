// The words that all spoken texts about a digest share: counts, moments, and whose error it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/zone.h"
#include "domain/digest/digest.h"
#include "domain/digest/speech.h"

namespace mtc::digest {

// The digest outlives the words.
class SpeechWords {
 public:
  SpeechWords(const Digest& digest, const SpeechOptions& options);

  bool zh() const { return language_ == Language::zh; }
  Language language() const { return language_; }
  const Zone& zone() const { return zone_; }
  TimePoint now() const { return now_; }
  // How many characters may be heard: two letters of English take the time of one of Chinese.
  std::size_t limit() const { return limit_; }

  std::string count(std::int64_t n) const;
  std::string times(std::int64_t n) const;  // 两次, "twice"
  // A day long past is named once; after that the time of day is enough.
  std::string moment(TimePoint time);
  // The same soon after another moment: 两点十四分, "2:14".
  std::string moment_after(TimePoint earlier, TimePoint time);
  std::string phrase(const TemplateTotal& total) const;
  // "gateway 的上游超时", "timeouts in gateway"; without a service just what it is.
  std::string whose(const TemplateTotal& total) const;

  // Foreign words keep a blank before them (主要是 payment …) and behind.
  static std::string lead(std::string text);
  static std::string follow(std::string text);
  static std::string upper_first(std::string text);
  // "at 2:08 am" and "on November 20" without their first word.
  static std::string without_preposition(std::string text);

 private:
  Language language_;
  Zone zone_;
  TimePoint now_;
  std::size_t limit_;
  std::chrono::year_month_day named_day_{};
};

}  // namespace mtc::digest
