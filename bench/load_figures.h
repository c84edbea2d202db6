// What a run of the load generator found.
#pragma once

#include <cstddef>
#include <string>

#include "latencies.h"

namespace mtc::bench {

struct LoadFigures {
  Latencies latencies;       // of right answers, after the warm-up
  double seconds = 0;        // after the warm-up
  std::size_t answers = 0;   // of every kind, the warm-up's too
  std::size_t failures = 0;  // wrong answers and lost connections, the warm-up's too
  std::string first_failure;
  std::size_t answer_bytes = 0;  // of the last right answer, with its head
};

}  // namespace mtc::bench
