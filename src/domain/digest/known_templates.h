// Is a template among those of earlier days? By id, and by text where it read differently then.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/digest/history.h"

namespace mtc::digest {

// The templates given outlive it.
class KnownTemplates {
 public:
  explicit KnownTemplates(const std::vector<KnownTemplate>& known);
  bool contains(const std::string& id, std::string_view service, std::string_view text) const;

 private:
  using Pool = std::unordered_map<std::string, std::vector<const KnownTemplate*>>;
  std::unordered_set<std::string> ids_;
  Pool by_shape_;
  Pool with_variables_;
};

}  // namespace mtc::digest
