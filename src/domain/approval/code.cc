#include "domain/approval/code.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace mtc::approval {
namespace {

constexpr std::size_t kDigits = 4;

bool counts_by(std::string_view code, int step) {
  for (std::size_t i = 1; i < code.size(); ++i) {
    if (code[i] - code[i - 1] != step) return false;
  }
  return true;
}

bool is_easy_to_hear(std::string_view code) {
  return code.front() != '0' && std::ranges::adjacent_find(code) == code.end() &&
         !counts_by(code, 1) && !counts_by(code, -1);
}

struct Spelling {
  std::string_view text;
  char digit;
};

// What recognisers write for a digit.
constexpr std::array kSpellings{
    Spelling{"零", '0'},   Spelling{"〇", '0'},  Spelling{"一", '1'},    Spelling{"幺", '1'},
    Spelling{"二", '2'},   Spelling{"两", '2'},  Spelling{"三", '3'},    Spelling{"四", '4'},
    Spelling{"五", '5'},   Spelling{"六", '6'},  Spelling{"七", '7'},    Spelling{"八", '8'},
    Spelling{"九", '9'},   Spelling{"０", '0'},  Spelling{"１", '1'},    Spelling{"２", '2'},
    Spelling{"３", '3'},   Spelling{"４", '4'},  Spelling{"５", '5'},    Spelling{"６", '6'},
    Spelling{"７", '7'},   Spelling{"８", '8'},  Spelling{"９", '9'},    Spelling{"zero", '0'},
    Spelling{"one", '1'},  Spelling{"two", '2'}, Spelling{"three", '3'}, Spelling{"four", '4'},
    Spelling{"five", '5'}, Spelling{"six", '6'}, Spelling{"seven", '7'}, Spelling{"eight", '8'},
    Spelling{"nine", '9'},
};

}  // namespace

std::string make_code(Random& random) {
  std::string code(kDigits, '0');
  do {
    for (char& digit : code) digit = static_cast<char>('0' + uniform(random, 10));
  } while (!is_easy_to_hear(code));
  return code;
}

std::optional<std::string> read_code(std::string_view heard) {
  const std::string text = to_lower_ascii(heard.substr(0, 200));
  std::string code;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.front() >= '0' && rest.front() <= '9') {
      code += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const auto it = std::ranges::find_if(
        kSpellings, [&](const Spelling& one) { return rest.starts_with(one.text); });
    if (it != kSpellings.end()) code += it->digit;
    rest.remove_prefix(it == kSpellings.end() ? 1 : it->text.size());
  }
  return code.size() == kDigits ? std::optional(std::move(code)) : std::nullopt;
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace mtc::approval
