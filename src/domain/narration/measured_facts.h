// What a digest measured, as single figures: everything a text about it may say.
#pragma once

#include <string>
#include <vector>

#include "domain/digest/digest.h"
#include "domain/narration/claim_subject.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {

// What a figure is a figure of.
enum class Basis {
  period,        // the whole period, or a moment in it
  worst_minute,  // one minute of a burst
  another_time,  // another day, or a usual minute: only where the text compares
  bounds,        // where the period or its data begins and ends: nothing happened then
};

struct Fact {
  Quantity quantity = Quantity::count;
  double value = 0;  // in the unit of its Quantity
  Subject subject = Subject::any;
  std::string owner{};  // the service it is about; empty: the whole or nobody
  int direction = 0;    // of a change: 1 more than before, -1 less
  Basis basis = Basis::period;
};

// Counts, shares, changes, ratios, moments in the digest's zone, durations, and how many of each
// thing there are. Numbers inside messages are no facts, nor are counts of words: whoever can write
// a log line could plant them. Only three-digit status codes (400–599) in the texts of templates
// are let through, as codes. That nothing was counted is no figure either: see check_calm.
std::vector<Fact> measured_facts(const digest::Digest& digest);

bool supports(const Fact& fact, const Reading& reading);

}  // namespace mtc::narration
