// What a log template means in a few words that can be said aloud: "connect to mysql <*> timed out"
// → 连接数据库超时.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"

namespace mtc::digest {

// At most about twenty characters (Chinese) or eight words. Known failures are named in the
// listener's language; others are the words of the template without variable parts, numbers, paths
// and punctuation. Only letters, Chinese characters and single blanks come out, whatever went in.
std::string human_phrase(std::string_view template_text, Language language);

// A service as people call it: without the hash of a pod, without what cannot be said
// ("payment-7d9f4c5b6-x2k4q" → "payment"). May be empty.
std::string spoken_service(std::string_view service);

}  // namespace mtc::digest
