// What a number in a clause counts: errors, warnings, lines, or things such as services and bursts.
#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "domain/narration/spoken_claims.h"

namespace mtc::narration {

enum class Subject {
  any,
  errors,
  warnings,
  lines,
  things,  // services, kinds of errors, bursts, questions …
  code,    // no measure at all: a status code that is named
};

// Everything counted that the text speaks of; lower case.
std::set<Subject> subjects_in(std::string_view text);

// What the claim at `index` may count by the words around it. Empty: the clause does not say.
std::set<Subject> subjects_of(std::string_view clause, const std::vector<SpokenClaim>& claims,
                              std::size_t index);

}  // namespace mtc::narration
