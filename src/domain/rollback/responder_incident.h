// One trouble and its alerts, while it is decided what to do about it. For responder.cc.
#pragma once

#include <optional>
#include <vector>

#include "domain/rollback/responder.h"

namespace mtc::rollback {

struct Responder::Incident {
  Assessed first;                     // the one that is looked into
  std::vector<alerts::Alert> others;  // of the same trouble
  bool known = false;                 // could be looked into
};

Request request_of(const alerts::Alert& alert, const Target& target, const identity::User& user,
                   Trigger trigger);

}  // namespace mtc::rollback
