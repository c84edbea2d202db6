// How the fuzz targets say that something is wrong.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace mtc::mcp {

// A broken promise ends the program, and libFuzzer keeps the input.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace mtc::mcp
