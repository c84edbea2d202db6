#include "emulator/kubernetes/names.h"

#include <algorithm>

#include "base/text.h"

namespace mtc::emulator::kubernetes {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

bool is_dns_word(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_name_word(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

std::string too_long(std::size_t most) {
  return "must be no more than " + std::to_string(most) + " characters";
}

constexpr const char* kDnsLabel =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr const char* kDnsSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr const char* kQualifiedName =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr const char* kLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
    "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

}  // namespace

std::optional<std::string> check_dns_label(std::string_view text) {
  if (text.size() > 63) return too_long(63);
  if (!is_dns_word(text)) return kDnsLabel;
  return std::nullopt;
}

std::optional<std::string> check_dns_subdomain(std::string_view text) {
  if (text.size() > 253) return too_long(253);
  if (!std::ranges::all_of(split(text, '.'), is_dns_word)) return kDnsSubdomain;
  return std::nullopt;
}

std::optional<std::string> check_qualified_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto prefix = text.substr(0, slash);
    if (prefix.empty()) return "prefix part must be non-empty";
    if (const auto wrong = check_dns_subdomain(prefix)) return "prefix part " + *wrong;
    text.remove_prefix(slash + 1);
    if (text.find('/') != std::string_view::npos)
      return std::string("a qualified name ") +
             (kQualifiedName + std::string_view("name part ").size()) +
             " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
  }
  if (text.empty()) return "name part must be non-empty";
  if (text.size() > 63) return "name part " + too_long(63);
  if (!is_name_word(text)) return kQualifiedName;
  return std::nullopt;
}

std::optional<std::string> check_label_value(std::string_view text) {
  if (text.size() > 63) return too_long(63);
  if (!text.empty() && !is_name_word(text)) return kLabelValue;
  return std::nullopt;
}

}  // namespace mtc::emulator::kubernetes
