// A rollback while it goes on, as data: what web/apps/rollback.html shows. No tool makes it yet.
// The page expects it as the answer to whatever began the rollback; then it asks a tool
// rollback_status with that rollback_id for the newest state, until the verdict is no longer
// `running`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"

namespace mtc::services {

enum class StepStatus {
  waiting,
  running,
  done,
  failed,   // done, but the incident is not better
  undone,   // made it worse and was put back
  skipped,  // not needed, or not allowed: see the reason
};

enum class Verdict {
  running,
  recovered,
  undone,       // everything is as it was before
  handed_over,  // a person has to go on
};

struct RollbackStepView {
  int number = 0;    // on the ladder, from 1
  std::string name;  // what it does, in the user's language
  StepStatus status = StepStatus::waiting;
  std::string reason;  // one sentence; may be empty
  std::optional<TimePoint> started;
  std::optional<TimePoint> ended;
};

struct RollbackProgress {
  std::string rollback_id;
  std::string incident;  // what happened, in a few words
  std::string target;    // "production/payment"
  int score = 0;         // of the alert, 0 to 100
  Verdict verdict = Verdict::running;
  std::string speech;  // how it stands, for the ear
  Language language = Language::zh;
  std::string zone = "Asia/Shanghai";   // IANA name
  std::vector<RollbackStepView> steps;  // in the order they are tried
};

Json to_json(const RollbackProgress& progress);
const Json& rollback_progress_schema();

}  // namespace mtc::services
