// What the last lines of a pod say, in short.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/objects.h"

namespace mtc::services {

struct PodLog {
  struct Kind {
    std::string text;  // template
    std::int64_t count = 0;
  };
  std::int64_t lines = 0, errors = 0;
  std::vector<Kind> kinds;        // of the errors, else of all; most frequent first
  std::vector<std::string> last;  // lines, shortened
};

// Text as the program wrote it: any bytes.
PodLog condense_log(std::string_view text, TimePoint now);

std::string say_log(const PodLog& log, const std::string& workload, bool previous,
                    Language language);
Json to_json(const PodLog& log);

}  // namespace mtc::services
