// Something read from outside, and when.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace mtc::clusters {

template <class T>
struct Snapshot {
  std::shared_ptr<const T> value;  // shared: it may hold ten thousand pods
  TimePoint taken{};
};

// One key's part of an answer.
template <class T>
struct Part {
  std::string key;
  std::optional<Snapshot<T>> snapshot;  // the newest there is; may be old
  std::optional<Error> trouble;         // why there is none, or only an old one
  bool fresh() const { return snapshot && !trouble; }
};

}  // namespace mtc::clusters
