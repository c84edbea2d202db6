// Numbers as they are written and said, before it is known what they count: 1200, 4.2, 一千零五,
// "two hundred and fifty".
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace mtc::narration {

struct NumberWord {
  std::string_view word;
  double value;
};

inline constexpr std::array<NumberWord, 12> kHanDigits{{{"零", 0},
                                                        {"〇", 0},
                                                        {"一", 1},
                                                        {"二", 2},
                                                        {"两", 2},
                                                        {"三", 3},
                                                        {"四", 4},
                                                        {"五", 5},
                                                        {"六", 6},
                                                        {"七", 7},
                                                        {"八", 8},
                                                        {"九", 9}}};
inline constexpr std::array<NumberWord, 3> kHanUnits{{{"十", 10}, {"百", 100}, {"千", 1000}}};
inline constexpr std::array<NumberWord, 2> kHanScales{{{"万", 1e4}, {"亿", 1e8}}};

inline constexpr std::array<NumberWord, 28> kEnglishSmall{
    {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
     {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
     {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
     {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
     {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
     {"seventy", 70}, {"eighty", 80},  {"ninety", 90}}};
inline constexpr std::array<NumberWord, 5> kEnglishScales{
    {{"hundred", 1e2}, {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}, {"trillion", 1e12}}};

bool stands_at(std::string_view text, std::size_t at, std::string_view word);

// The word that stands there, or null.
template <std::size_t size>
const NumberWord* match(std::string_view text, std::size_t at,
                        const std::array<NumberWord, size>& words) {
  for (const auto& word : words) {
    if (stands_at(text, at, word.word)) return &word;
  }
  return nullptr;
}

// The first of these that stands there; its length, or 0.
std::size_t skip_any(std::string_view text, std::size_t at,
                     std::initializer_list<std::string_view> words);
bool contains_any(std::string_view text, std::initializer_list<std::string_view> words);
bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> words);
std::size_t skip_spaces(std::string_view text, std::size_t at);
std::string_view english_word(std::string_view text, std::size_t at);

struct Literal {
  double value = 0;
  double unit = 1;  // place of the last digit that counts: 100 for 1200, 0.1 for 3.5
  std::size_t end = 0;
  bool exact_place = false;  // unit was given by decimals
  bool digits_only = false;  // 五零三, 08: may stand behind 点
  std::size_t digit_count = 0;
  bool in_han = false;
};

void scale(Literal& literal, double factor);

// Each reads what begins at `at`; nullopt if it is none of its kind. Lower case.
std::optional<Literal> read_han_integer(std::string_view text, std::size_t at);
std::optional<Literal> read_arabic(std::string_view text, std::size_t at);
std::optional<Literal> read_english(std::string_view text, std::size_t at);
std::optional<Literal> read_figure(std::string_view text, std::size_t at);  // 3.5, 三点五

// Decimals behind a spoken point: 三点五, "three point five".
void read_spoken_decimals(std::string_view text, std::size_t at, Literal& literal);
void read_english_decimals(std::string_view text, std::size_t at, Literal& literal);

}  // namespace mtc::narration
