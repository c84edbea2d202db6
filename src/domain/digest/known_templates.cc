#include "domain/digest/known_templates.h"

#include <algorithm>

namespace mtc::digest {
namespace {

// Templates of different shape cannot be the same: the service and the number of words.
std::string shape(std::string_view service, std::string_view text) {
  std::string out(service);
  out.push_back('\0');
  return out + std::to_string(std::ranges::count(text, ' '));
}

bool has_variables(std::string_view text) {
  return text.find("<*>") != std::string_view::npos;
}

}  // namespace

KnownTemplates::KnownTemplates(const std::vector<KnownTemplate>& known) {
  for (const auto& one : known) {
    ids_.insert(one.id);
    const std::string key = shape(one.service, one.text);
    by_shape_[key].push_back(&one);
    if (has_variables(one.text)) with_variables_[key].push_back(&one);
  }
}

bool KnownTemplates::contains(const std::string& id, std::string_view service,
                              std::string_view text) const {
  if (ids_.contains(id)) return true;
  // A text without variable parts can only be kin to one that has some.
  const Pool& pool = has_variables(text) ? by_shape_ : with_variables_;
  const auto at = pool.find(shape(service, text));
  return at != pool.end() && std::ranges::any_of(at->second, [&](const KnownTemplate* one) {
           return same_template(one->text, text);
         });
}

}  // namespace mtc::digest
