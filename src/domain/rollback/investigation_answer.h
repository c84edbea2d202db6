// What a model answers in an investigation. Anything may come: what is not exactly one of the two
// wanted objects is nonsense.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace mtc::rollback {

struct WantedLook {
  std::string name;
  Json arguments = Json::object();  // flat, small, and without paths
};

struct Proposal {
  std::string first;  // name of a rung, as the model has it; may be empty
  std::string cause;
  std::vector<std::string> evidence;
  std::optional<double> opinion;  // 1 to 10
};

struct Nonsense {
  std::string hint;  // ours, for a second attempt; repeats nothing of the answer
};

using InvestigationAnswer = std::variant<WantedLook, Proposal, Nonsense>;

// Any bytes.
InvestigationAnswer parse_investigation_answer(std::string_view text);

}  // namespace mtc::rollback
