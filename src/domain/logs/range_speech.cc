#include "domain/logs/range_speech.h"

#include <fmt/format.h>

#include "base/spoken.h"

namespace mtc::logs {

std::string say_range(const TimeRange& range, TimePoint now, const Zone& zone, Language language) {
  const bool zh = language == Language::zh;
  if (now - range.to < std::chrono::minutes(1)) {
    std::string length = say_duration(range.length(), language);
    if (zh) return "最近" + length;
    for (const std::string_view one : {"one ", "an "}) {  // "in the last hour"
      if (length.starts_with(one)) length.erase(0, one.size());
    }
    return "in the last " + length;
  }
  return zh ? fmt::format("从{}到{}", say_moment(range.from, now, zone, language),
                          say_moment(range.to, now, zone, language))
            : fmt::format("from {} to {}", say_moment(range.from, now, zone, language),
                          say_moment(range.to, now, zone, language));
}

}  // namespace mtc::logs
