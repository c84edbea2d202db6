// What a model is told in an investigation: our rules as instructions, everything from outside as
// data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "domain/rollback/investigator.h"

namespace mtc::rollback {

// Constant: holds nothing of the case.
std::string_view investigation_rules();
std::string investigation_system(Language language);

// What is known so far, not yet redacted: names and texts are shortened, lists cut.
Json situation_of(const std::string& title, const Target& target, const Findings& findings,
                  const Diagnosis& diagnosis);

struct InvestigationTurn {
  int looks_left = 0;     // 0: it has to propose now
  std::string_view hint;  // ours: what was wrong with its last answer; may be empty
};
// The data, redacted already, between <data> and </data>, which cannot occur inside.
std::string investigation_user(const std::vector<Look>& looks, const Json& data,
                               const InvestigationTurn& turn);

}  // namespace mtc::rollback
