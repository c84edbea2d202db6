#include "options.h"

#include <charconv>
#include <string_view>

namespace mtc::conformance {
namespace {

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && rest == end;
}

bool read_address(std::string_view text, Options& out) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  out.host = text.substr(0, colon);
  return read_number(text.substr(colon + 1), out.port);
}

bool read_patience(std::string_view text, Options& out) {
  std::uint32_t milliseconds = 0;
  if (!read_number(text, milliseconds)) return false;
  out.patience = Millis{milliseconds};
  return true;
}

}  // namespace

std::optional<Options> read_options(std::span<char* const> args) {
  Options out;
  for (std::size_t i = 1; i < args.size(); ++i) {
    const std::string_view name = args[i];
    const std::string_view value = i + 1 < args.size() ? args[i + 1] : "";
    if (name == "--named") {
      out.named = true;
    } else if ((name == "--http" && read_address(value, out)) ||
               (name == "--patience-ms" && read_patience(value, out))) {
      ++i;
    } else {
      return std::nullopt;
    }
  }
  if (out.host.empty()) return std::nullopt;
  return out;
}

}  // namespace mtc::conformance
