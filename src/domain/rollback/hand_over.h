// Alerts that a person has to look at, though no operation was begun for them.
#pragma once

#include <string>

#include "domain/alerts/store.h"
#include "domain/rollback/ports.h"

namespace mtc::rollback {

struct HandOverPorts {
  alerts::AlertStore& alerts;
  People& people;
  Announcer& announcer;
  const Clock& clock;
};

struct HandedOver {
  alerts::Account account = 0;
  std::string incident, alert_id;
  std::string title;   // what happened
  std::string reason;  // why nothing was done: a whole sentence
  double score = 0;
  bool urgent = false;
};

// Of several who do this for one incident at the same time one gets true: it has moved the alerts,
// and has told everybody.
Async<Result<bool>> hand_over(HandOverPorts ports, HandedOver what);

// "payment 的错误率，需要你看一下。没有人有回滚权限，没有动它。"
std::string say_needs_you(const std::string& title, const std::string& reason, Language language);

}  // namespace mtc::rollback
