#include "domain/logs/range_speech.h"

#include <fmt/format.h>

#include "base/spoken.h"

namespace mtc::logs {

std::string say_range(const TimeRange& range, TimePoint now, const Zone& zone, Language language) {
  const bool zh = language == Language::zh;
  if (now - range.to < std::chrono::minutes(1)) {
    return zh ? "最近" + say_duration(range.length(), language)
              : "in the last " + say_duration(range.length(), language);
  }
  return zh ? fmt::format("从{}到{}", say_moment(range.from, now, zone, language),
                          say_moment(range.to, now, zone, language))
            : fmt::format("from {} to {}", say_moment(range.from, now, zone, language),
                          say_moment(range.to, now, zone, language));
}

}  // namespace mtc::logs
