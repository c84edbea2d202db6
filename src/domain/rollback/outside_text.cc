#include "domain/rollback/outside_text.h"

#include "base/text.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kMostName = 63;  // what a cluster allows

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t characters) {
  std::string out = sanitize_utf8(prefix_of_bytes(text, 8 * characters));
  for (char& c : out) {
    if (is_control(c)) c = ' ';
  }
  return shorten_characters(trim(out), characters);
}

std::string clean_name(std::string_view name) {
  return clean_text(name, kMostName);
}

std::vector<std::string> clean_names(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const auto& name : names) out.push_back(clean_name(name));
  return out;
}

}  // namespace mtc::rollback
