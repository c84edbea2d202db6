// The words that set the errors of a period apart from everything else that was written in it.
// Chinese and English; variable parts, numbers, hashes and words that say nothing are left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/digest/digest.h"

namespace mtc::digest {

// Words of a template as they are counted: English ones in lower case, Chinese ones cut by a list
// of the words that operations people use. Each word once.
std::vector<std::string> words_of(std::string_view template_text);

struct WeightedText {
  std::string_view text;
  std::int64_t count = 0;
  bool error = false;
};

// At most `limit`, the most telling first. Counts are lines with an error in which the word occurs.
std::vector<Keyword> find_keywords(const std::vector<WeightedText>& texts, std::size_t limit);

}  // namespace mtc::digest
