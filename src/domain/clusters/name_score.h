// How well a name that was heard fits a live one.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/name_text.h"
#include "domain/clusters/name_variants.h"

namespace mtc::clusters {

// A name that was said, in every way it can be read.
class HeardName {
 public:
  HeardName(std::string spoken, Named what);

  const std::string& spoken() const { return spoken_; }
  Named what() const { return what_; }
  bool empty() const { return readings_.front().all.empty(); }
  // 0 to 100, see NameMatch.
  int fits(const std::string& name) const;
  // Whether it is that name, or sounds exactly as it: for names a user gave.
  bool is(const std::string& name) const;

 private:
  int fits_text(const NameText& heard, const NameText& name) const;

  std::string spoken_;
  Named what_;
  std::vector<NameText> readings_;  // with figures and without
};

// The score of letters against a way to say a name; 0 if they are more than that many slips apart.
int score_letters(const std::string& heard, bool heard_han, const NameVariant& variant,
                  std::size_t slips_allowed);

}  // namespace mtc::clusters
