// All the ways somebody may say a live name.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/name_text.h"

namespace mtc::clusters {

struct NameVariant {
  std::string letters;
  int score = 0;       // of hearing exactly that
  bool whole = false;  // all of the name, not a part of it
};

// Each word as it is, in the other language and by words close by; the whole name and its parts.
// At most a few hundred.
std::vector<NameVariant> variants_of(const NameText& name);

}  // namespace mtc::clusters
