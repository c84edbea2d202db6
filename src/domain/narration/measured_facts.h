// What a digest measured, as single figures: everything a text about it may say.
#pragma once

#include <string>
#include <vector>

#include "domain/digest/digest.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {

struct Fact {
  Quantity quantity = Quantity::count;
  double value = 0;           // in the unit of its Quantity
  std::string owner{};        // the service it is about; empty: the whole or nobody
  int direction = 0;          // of a change: 1 more than before, -1 less
  bool is_code = false;       // a status code that a message names, not a measure
  bool is_reference = false;  // of another period: only where the text compares
  std::string word{};         // counts this word: only where the text says it
};

// Counts, shares, changes, ratios, moments in the digest's zone, durations, and how many of each
// thing there are. Numbers inside messages are no facts: whoever can write a log line could plant
// them. Only three-digit status codes (400–599) in the texts of templates are let through, as
// codes.
std::vector<Fact> measured_facts(const digest::Digest& digest);

bool supports(const Fact& fact, const Reading& reading);

}  // namespace mtc::narration
