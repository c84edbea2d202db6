// The parts of finding out which alert is meant: as a number, as a place in the list, by words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/alerts/alert.h"

namespace mtc::alerts {

// "三号", "A12", "E 二十二", "alert number three": nothing but a number, whose letters only say
// that it is one.
std::optional<std::int64_t> spoken_number(std::string_view spoken);
// "第二条", "the second one": counted from one.
std::optional<std::size_t> spoken_place(std::string_view spoken);

// What was said, taken apart once for many alerts.
class SpokenWords {
 public:
  explicit SpokenWords(std::string_view spoken);
  bool empty() const { return words_.empty(); }
  // 0 to 100, see clusters::NameMatch: how well all of it fits the alert's names.
  int fits(const Alert& alert) const;

 private:
  std::vector<std::string> words_;  // in letters: Chinese characters one by one, in pinyin
  std::string letters_;
  std::string spoken_;
};

}  // namespace mtc::alerts
