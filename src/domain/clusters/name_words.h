// A small dictionary of what services are called, so that 支付 finds payment-api.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/clusters/names.h"

namespace mtc::clusters {

// Words for one thing. All are letters: Chinese ones by their pinyin, so that their homophones
// (定单) count too.
struct Meaning {
  std::vector<std::string> words;
  std::vector<std::string> near;  // English words for something close by
};

// Those that a word (letters) belongs to.
const std::vector<const Meaning*>& meanings_of(std::string_view letters);

// Chinese words of the dictionary as syllables, the longest first: where a run of characters is
// cut.
const std::vector<std::vector<std::string>>& dictionary_syllables();

// Whether the letters mean production, test, staging or development.
bool is_role(std::string_view letters);

// Words for the kind of thing, which people say or leave out: 服务, "service", "svc".
struct KindWords {
  std::vector<std::vector<std::string>> syllables;  // Chinese ones, the longest first
  std::vector<std::string> letters;                 // English ones, and the Chinese ones in pinyin
};
const KindWords& kind_words(Named what);

}  // namespace mtc::clusters
