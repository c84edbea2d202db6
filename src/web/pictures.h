// Pictures that people hand in to be looked at: a screenshot of a dashboard, for an hour, in
// memory.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "domain/narration/chat_model.h"

namespace mtc::web {

// One executor.
class Pictures {
 public:
  static constexpr std::size_t kMost = 20;  // the oldest goes
  static constexpr Millis kLifetime{3'600'000};

  // Both outlive it.
  Pictures(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // Answers what its address ends in: whoever has that may see the picture.
  std::string keep(narration::ChatPicture picture);
  // Errc::not_found for what never was and for what has gone.
  Result<narration::ChatPicture> find(std::string_view id);

 private:
  struct Kept {
    std::string id;
    narration::ChatPicture picture;
    TimePoint until{};
  };

  const Clock& clock_;
  Random& random_;
  std::list<Kept> kept_;  // oldest first
};

}  // namespace mtc::web
