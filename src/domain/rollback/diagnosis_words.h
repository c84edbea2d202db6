// What diagnose() says to people. Names come from outside: they are cleaned here.
#pragma once

#include <string>
#include <vector>

#include "domain/rollback/diagnosis.h"

namespace mtc::rollback {

// What was seen, the clearest first; a few sentences without full stops.
std::vector<std::string> say_evidence(const Findings& findings, Language language);

std::string say_gone(const std::string& name, Language language);
std::string say_switched_off(const std::string& name, Language language);
std::string say_paused(const std::string& name, Language language);
std::string say_someone_rolling(const Findings& findings, const std::string& name,
                                Language language);
// Why nothing is done about that trouble; empty where something may be.
std::string say_why_not(const Findings& findings, Trouble trouble, const std::string& name,
                        Language language);

}  // namespace mtc::rollback
