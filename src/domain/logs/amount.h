// Numbers of any size as they are written and said.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mtc::logs {

struct Amount {
  double value = 0;
  std::size_t length = 0;  // bytes of the text it takes
};

// The number at the very beginning of the text: 100, 1,500, 0.5, 5万, 20k, 两百, 一千二, 一万二,
// 三百五十万, 零点五, "five", "a hundred", "twenty five". 半 is not a number. Nullopt without one.
std::optional<Amount> read_amount(std::string_view text);

// Without decimals where there are none, else with up to four: 100, 0.5.
std::string plain_number(double value);

}  // namespace mtc::logs
