// The words of the prompts about clusters, in both languages. What a person fills in stands in code
// spans, so that it stays a value.
#pragma once

#include <string>

#include "base/language.h"

namespace mtc::services {

// As it was typed; all but the workload may be empty.
struct Investigation {
  std::string cluster;
  std::string ns;
  std::string workload;
  std::string question;
};

std::string investigate_workload_text(Language language, const Investigation& asked);
// Of one cluster, or of all where none is named.
std::string cluster_overview_text(Language language, const std::string& cluster);

}  // namespace mtc::services
