// Whether what a model says rests on what it was shown: its numbers and names have to occur there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"

namespace mtc::rollback {

// Everything one investigation has shown.
class ShownText {
 public:
  void add(std::string_view text);

  // Every number and every name that the sentence has was shown, and nothing in it is addressed to
  // whoever hears it. With `needs_anchor` it has to have at least one of them.
  bool supports(std::string_view sentence, bool needs_anchor, Language language) const;

 private:
  bool has_word(std::string_view lower) const;
  bool has_number(double low, double high) const;
  bool has_clock(double low, double high) const;
  bool has_claims_of(std::string_view lower, std::size_t& count) const;
  bool has_names_of(std::string_view sentence, Language language, std::size_t& count) const;

  std::string text_;             // in lower case
  std::vector<double> numbers_;  // sorted
};

}  // namespace mtc::rollback
