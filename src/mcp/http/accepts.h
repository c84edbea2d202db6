// How a client wants its answer, as its Accept header says.
#pragma once

#include <string_view>

namespace mtc::mcp {

inline constexpr std::string_view kJsonType = "application/json";

struct Accepts {
  bool json = false;
  bool events = false;  // text/event-stream

  // Without a header everything is welcome. Weights are not looked at.
  static Accepts read(std::string_view header);
};

// "application/json; charset=utf-8" → "application/json"
std::string_view media_type(std::string_view header);

}  // namespace mtc::mcp
