// Addresses and numbers: what can be told by its shape alone.
#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/sensitive.h"

namespace mtc::narration {
namespace {

int value_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_octet(std::string_view digits) {
  return !digits.empty() && digits.size() <= 3 && value_of(digits) <= 255;
}

// ---- numbers of people

bool is_mobile(std::string_view digits) {  // mainland China: 1[3-9] and nine more
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

bool is_mobile_with_prefix(std::string_view digits) {
  for (const std::string_view prefix : {"", "86", "0086"}) {
    if (digits.starts_with(prefix) && is_mobile(digits.substr(prefix.size()))) return true;
  }
  return false;
}

bool is_date(int year, int month, int day) {
  return year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// Resident identity card: 6 digits of place, birth date, 3 of sequence, check digit (GB 11643). The
// check digit is not asked for: a mistyped card is still somebody's.
bool is_id_card(std::string_view text) {
  if (text.size() != 18 && text.size() != 15) return false;
  if (text[0] < '1' || text[0] > '8') return false;
  if (text.size() == 15) {
    return is_date(1900 + value_of(text.substr(6, 2)), value_of(text.substr(8, 2)),
                   value_of(text.substr(10, 2)));
  }
  return is_date(value_of(text.substr(6, 4)), value_of(text.substr(10, 2)),
                 value_of(text.substr(12, 2)));
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (std::size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    const int digit = (digits[i] - '0') * (doubled ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 == 0;
}

// Lengths and first digits as the networks give them (ISO/IEC 7812), so that time stamps in
// milliseconds or nanoseconds, which begin with 1, are not taken for cards.
bool is_bank_card(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19 || !passes_luhn(digits)) return false;
  const int first2 = value_of(digits.substr(0, 2));
  switch (digits.size()) {
    case 13:
      return digits[0] == '4';
    case 14:
      return first2 == 30 || first2 == 36 || first2 == 38;
    case 15:
      return first2 == 34 || first2 == 37;
    default:
      return is_one_of(digits[0], "34569") || first2 == 22 || first2 == 27 ||
             (first2 > 22 && first2 < 27);
  }
}

std::optional<Sensitive> personal_number(std::string_view digits) {
  if (is_id_card(digits)) return Sensitive::id_card;
  if (is_bank_card(digits)) return Sensitive::bank_card;
  if (is_mobile_with_prefix(digits)) return Sensitive::phone;
  return std::nullopt;
}

struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

bool has_shape(std::span<const Group> groups, std::initializer_list<std::size_t> sizes) {
  if (groups.size() < sizes.size()) return false;
  std::size_t i = 0;
  for (const std::size_t size : sizes) {
    if (groups[i++].size() != size) return false;
  }
  return true;
}

std::string digits_of(std::string_view text, std::span<const Group> groups) {
  std::string out;
  for (const auto& group : groups) out.append(text.substr(group.begin, group.size()));
  return out;
}

// Numbers written in groups: "138 1234 5678", "6222-0212-3456-7890", "010-12345678".
void find_grouped(std::string_view text, std::span<const Group> groups,
                  std::vector<SensitiveSpan>& out) {
  const auto add = [&](std::size_t count, Sensitive kind) {
    out.push_back({groups.front().begin, groups[count - 1].end, kind});
  };
  if (has_shape(groups, {3, 4, 4}) && is_mobile(digits_of(text, groups.first(3))))
    add(3, Sensitive::phone);
  if (has_shape(groups, {6, 8, 4}) && is_id_card(digits_of(text, groups.first(3))))
    add(3, Sensitive::id_card);
  if (has_shape(groups, {4, 6, 5}) && is_bank_card(digits_of(text, groups.first(3))))
    add(3, Sensitive::bank_card);
  if (has_shape(groups, {4, 4, 4, 4})) {
    if (is_bank_card(digits_of(text, groups.first(4)))) add(4, Sensitive::bank_card);
    if (groups.size() > 4 && is_bank_card(digits_of(text, groups.first(5))))
      add(5, Sensitive::bank_card);
  }
  const bool area_code = groups.size() >= 2 && text[groups[0].begin] == '0' &&
                         groups[0].size() >= 3 && groups[0].size() <= 4 &&
                         text[groups[0].end] == '-';
  if (area_code && groups[1].size() >= 7 && groups[1].size() <= 8) add(2, Sensitive::phone);
}

// Groups of digits with one space or hyphen between them.
std::vector<Group> read_groups(std::string_view text, std::size_t at) {
  std::vector<Group> groups;
  while (is_digit(at_or_zero(text, at))) {
    Group group{at, at};
    while (is_digit(at_or_zero(text, group.end))) ++group.end;
    groups.push_back(group);
    at = group.end;
    if (is_one_of(at_or_zero(text, at), " -") && is_digit(at_or_zero(text, at + 1))) ++at;
  }
  return groups;
}

void find_numbers_of_people(std::string_view text, std::vector<SensitiveSpan>& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    const auto groups = read_groups(text, i);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const Group& group = groups[g];
      const char next = at_or_zero(text, group.end);
      std::string digits(text.substr(group.begin, group.size()));
      const bool check_x = digits.size() == 17 && (next == 'X' || next == 'x');
      if (check_x) digits += '0';
      const char before = before_or_zero(text, group.begin);
      if (const auto kind = before == '.' ? std::nullopt : personal_number(digits)) {
        const bool plus = before == '+';
        out.push_back({group.begin - (plus ? 1U : 0U), group.end + (check_x ? 1U : 0U), *kind});
      }
      find_grouped(text, std::span(groups).subspan(g), out);
    }
    i = groups.back().end;
  }
}

// ---- e-mail

bool is_local_part(char c) {
  return is_alnum(c) || is_one_of(c, "._%+-");
}
bool is_domain(char c) {
  return is_alnum(c) || c == '.' || c == '-';
}

bool has_top_level(std::string_view domain) {
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.size() - dot < 3) return false;
  return is_letter(domain[dot + 1]);
}

void find_emails(std::string_view text, std::vector<SensitiveSpan>& out) {
  for (std::size_t i = text.find('@'); i != std::string_view::npos; i = text.find('@', i + 1)) {
    std::size_t begin = i;
    std::size_t end = i + 1;
    while (begin > 0 && is_local_part(text[begin - 1])) --begin;  // never passes the @ before
    while (end < text.size() && is_domain(text[end])) ++end;
    while (end > i + 1 && !is_alnum(text[end - 1])) --end;
    if (begin < i && has_top_level(text.substr(i + 1, end - i - 1))) {
      out.push_back({begin, end, Sensitive::email});
    }
  }
}

// ---- addresses

// Runs of digits and dots with four octets; a fifth number is a port, as tcpdump writes it. More
// are object identifiers.
void find_ipv4(std::string_view text, std::vector<SensitiveSpan>& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() &&
           (is_digit(text[end]) || (text[end] == '.' && is_digit(at_or_zero(text, end + 1))))) {
      ++end;
    }
    const auto parts = split(text.substr(i, end - i), '.');
    const bool octets = parts.size() >= 4 && parts.size() <= 5 && is_octet(parts[0]) &&
                        is_octet(parts[1]) && is_octet(parts[2]) && is_octet(parts[3]);
    if (octets) {
      const auto size = parts[0].size() + parts[1].size() + parts[2].size() + parts[3].size() + 3;
      out.push_back({i, i + size, Sensitive::ip});
    }
    i = end;
  }
}

bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (const auto part : parts) {
    for (const char c : part) {
      if (!is_digit(c)) return false;
    }
    if (!is_octet(part)) return false;
  }
  return true;
}

// Number of 16-bit groups in "a:b:1.2.3.4", or nothing if it is malformed. An empty text has none.
std::optional<int> count_groups(std::string_view text) {
  if (text.empty()) return 0;
  const auto parts = split(text, ':');
  if (parts.size() > 8) return std::nullopt;
  int count = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size() && is_ipv4(parts[i])) return count + 2;
    if (parts[i].empty() || parts[i].size() > 4 || parts[i].find('.') != std::string_view::npos)
      return std::nullopt;
    ++count;
  }
  return count;
}

constexpr std::size_t kLongestIpv6 = 45;

bool is_ipv6(std::string_view text) {
  if (text.size() < 3 || text.size() > kLongestIpv6) return false;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text) == 8;
  const auto left = count_groups(text.substr(0, gap));
  const auto right = count_groups(text.substr(gap + 2));
  if (!left || !right || *left + *right > 7 || *left + *right < 1) return false;
  // "db::add" is C++; an address has a digit somewhere, or many groups.
  return *left + *right >= 3 || text.find_first_of("0123456789") != std::string_view::npos;
}

void find_ipv6(std::string_view text, std::vector<SensitiveSpan>& out) {
  const auto in_run = [](char c) { return is_hex(c) || c == ':' || c == '.'; };
  for (std::size_t i = 0; i < text.size();) {
    if (!in_run(text[i])) {
      ++i;
      continue;
    }
    std::size_t begin = i;
    std::size_t end = i;
    while (end < text.size() && in_run(text[end])) ++end;
    i = end;
    if (end > begin + 1 && text[begin] == ':' && text[begin + 1] != ':')
      ++begin;  // "addr:2001:db8::1"
    if (is_alnum(before_or_zero(text, begin)) || is_alnum(at_or_zero(text, end)))
      continue;  // part of a word
    while (end > begin && text[end - 1] == '.') --end;
    if (end > begin + 1 && text[end - 1] == ':' && text[end - 2] != ':')
      --end;  // "2001:db8::1: refused"
    if (is_ipv6(text.substr(begin, end - begin))) out.push_back({begin, end, Sensitive::ip});
  }
}

// Two hexadecimal digits six times, or four three times as Cisco writes it.
std::size_t mac_length(std::string_view text, std::size_t at) {
  const auto matches = [&](std::size_t size, std::size_t group, std::string_view separators) {
    if (at + size > text.size()) return false;
    const char separator = text[at + group];
    if (!is_one_of(separator, separators)) return false;
    for (std::size_t i = 0; i < size; ++i) {
      const bool between = i % (group + 1) == group;
      if (between ? text[at + i] != separator : !is_hex(text[at + i])) return false;
    }
    const char next = at_or_zero(text, at + size);
    return !is_alnum(next) && next != separator;
  };
  if (matches(17, 2, ":-")) return 17;
  if (matches(14, 4, ".")) return 14;
  return 0;
}

void find_macs(std::string_view text, std::vector<SensitiveSpan>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_hex(text[i])) continue;
    const char before = before_or_zero(text, i);
    if (is_alnum(before) || before == ':' || before == '-') continue;
    if (const std::size_t length = mac_length(text, i); length > 0) {
      out.push_back({i, i + length, Sensitive::mac});
    }
  }
}

constexpr std::array<std::string_view, 22> kTopLevels{
    "com", "cn",   "net",   "org",      "io",  "dev", "app",  "cloud", "local", "internal", "lan",
    "svc", "corp", "intra", "intranet", "gov", "edu", "info", "biz",   "top",   "xyz",      "me"};

}  // namespace

void find_personal(std::string_view text, std::vector<SensitiveSpan>& out) {
  find_emails(text, out);
  find_numbers_of_people(text, out);
}

void find_addresses(std::string_view text, std::vector<SensitiveSpan>& out) {
  find_ipv4(text, out);
  find_ipv6(text, out);
  find_macs(text, out);
}

void find_hostnames(std::string_view text, std::vector<SensitiveSpan>& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_domain(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_domain(text[end])) ++end;
    const std::size_t begin = i;
    i = end;
    while (end > begin && !is_alnum(text[end - 1])) --end;
    const std::string_view name = text.substr(begin, end - begin);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) continue;
    const std::string top = to_lower_ascii(name.substr(dot + 1));
    if (std::ranges::find(kTopLevels, top) != kTopLevels.end())
      out.push_back({begin, end, Sensitive::host});
  }
}

}  // namespace mtc::narration
