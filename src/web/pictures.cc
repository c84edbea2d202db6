#include "web/pictures.h"

#include <algorithm>

namespace mtc::web {

std::string Pictures::keep(narration::ChatPicture picture) {
  if (kept_.size() == kMost) kept_.pop_front();
  kept_.push_back({.id = random_token(random_, 24),
                   .picture = std::move(picture),
                   .until = clock_.now() + kLifetime});
  return kept_.back().id;
}

Result<narration::ChatPicture> Pictures::find(std::string_view id) {
  std::erase_if(kept_, [now = clock_.now()](const auto& one) { return one.until <= now; });
  const auto found = std::ranges::find(kept_, id, &Kept::id);
  if (found == kept_.end()) {
    return fail(Errc::not_found, "there is no such picture, or its hour is over; hand it in again");
  }
  return found->picture;
}

}  // namespace mtc::web
