// A name taken apart as it is heard: which words it has, how they sound, what of it only says which
// kind of thing it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/clusters/names.h"

namespace mtc::clusters {

struct NameToken {
  std::string text;     // lower case, as written
  std::string letters;  // the same in ASCII: Chinese in pinyin
  bool han = false;
};

struct NameText {
  std::vector<NameToken> all;   // with the words for the kind of thing
  std::vector<NameToken> core;  // without; never empty where `all` is not
  bool han = false;             // something of it is Chinese

  std::string plain() const;         // text without separators
  std::string plain_core() const;    // and without the kind
  std::string letters() const;       // letters without separators
  std::string letters_core() const;  // and without the kind
};

// `numbers`: 三 and "three" are read as 3 where a number may stand.
NameText read_name(std::string_view name, Named what, bool numbers);

}  // namespace mtc::clusters
