// How Chinese is pronounced, for names that come from ears: 订单 → "ding dan". The only user of
// ICU.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtc {

// One character of a text and how it is spelled.
struct Sound {
  std::string text;      // the character
  std::string syllable;  // pinyin without tone, lower case ("lu" for 绿); empty: not Han
  bool han() const { return !syllable.empty(); }
};

// Character by character, so that a character always has the same syllable: 行 is "xing" also in
// 银行. Both sides of a comparison go through here. Broken UTF-8 becomes U+FFFD. Safe from any
// thread.
std::vector<Sound> sounds_of(std::string_view utf8);

}  // namespace mtc
