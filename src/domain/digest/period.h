// The period of a digest in words, and its time zone.
#pragma once

#include <string>

#include "base/language.h"
#include "base/zone.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

// Shanghai if the digest names a zone that is not known here.
Zone zone_of(const Digest& digest);

// 昨天, 昨晚, 今天, 过去一天, 十一月二十号, 从昨天下午三点到早上六点, 这批日志 (no line has a
// time); "yesterday", "last night" …
std::string period_in_words(const Digest& digest, TimePoint now, Language language);

// "2026-11-21 00:00 – 24:00", "2026-11-21 18:00 – 2026-11-22 06:00"; empty if no line has a time.
std::string period_in_figures(const Digest& digest);

}  // namespace mtc::digest
