// Where a model is configured: it looks around with tools that only read, and proposes a cause and
// a first step with evidence. It decides nothing: plan_ladder() and the guard do. Everything it is
// shown is data, redacted; what it says about evidence is checked against what it was shown.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/sleeper.h"
#include "domain/narration/chat_model.h"
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/ladder.h"
#include "domain/rollback/operation.h"

namespace mtc::rollback {

// One thing that can be looked at. app offers those of the product's tools that only read.
struct Look {
  std::string name;         // "pod_log"
  std::string description;  // for the model: what it shows, its arguments
  std::function<Async<Result<std::string>>(Json arguments)> see;
};

struct InvestigationLimits {
  int rounds = 6;
  Millis time{20'000};
  std::size_t shown_bytes = 24'000;  // of all that it is shown
  std::size_t answer_tokens = 600;
};

struct Investigation {
  std::optional<Advice> advice;     // nullopt: nothing that holds
  std::vector<std::string> looked;  // what it looked at, for the audit log
  std::string ended;  // "proposed", "rounds", "time", "bytes", "failed: …", "nonsense"
};

class Investigator {
 public:
  Investigator(narration::ChatModel& model, const Clock& clock, Sleeper& sleeper,
               InvestigationLimits limits = {})
      : model_(model), clock_(clock), sleeper_(sleeper), limits_(limits) {}

  // Never fails: without a proposal that holds the deterministic path goes on alone.
  Async<Investigation> investigate(std::string title, Target target, Findings findings,
                                   Diagnosis diagnosis, std::vector<Look> looks, Language language);

 private:
  narration::ChatModel& model_;
  const Clock& clock_;
  Sleeper& sleeper_;
  InvestigationLimits limits_;
};

}  // namespace mtc::rollback
