// Every number a text says must be one that was measured: of the same service, of the same thing
// counted, of the same stretch of time, in the same direction.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/digest/digest.h"
#include "domain/narration/checks.h"
#include "domain/narration/measured_facts.h"

namespace mtc::narration {

struct Clause {
  std::string text;             // lower case, with names
  std::string blanked;          // without them
  std::set<std::string> about;  // services it names, or else its sentence, or else those before
  bool named = false;           // its sentence names them itself
  std::set<Subject> spoken_of;  // what its sentence has spoken of until its end
};

std::vector<Clause> clauses_of(std::string_view text, const digest::Digest& digest,
                               const std::vector<std::string>& names);

class NumberCheck {
 public:
  NumberCheck(const digest::Digest& digest, std::string_view own_text,
              const std::vector<std::string>& names);

  std::optional<Complaint> check(const Clause& clause);
  int supported() const { return supported_; }  // numbers, in all clauses checked

 private:
  enum class Outcome { supported, unknown, other_service, other_direction };
  std::vector<std::pair<SpokenClaim, Outcome>> judge_all(const Clause& clause) const;
  Outcome judge(const SpokenClaim& claim, const Clause& clause, const std::set<Subject>& subjects,
                int direction) const;

  std::vector<Fact> facts_;
  int supported_ = 0;
};

}  // namespace mtc::narration
