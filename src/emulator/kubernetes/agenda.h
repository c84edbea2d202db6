// What the controllers have to look at: now, because something changed, or at a time. Looking is
// harmless, so whoever is in doubt notes an object once more.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/clock.h"
#include "emulator/kubernetes/object_store.h"

namespace mtc::emulator::kubernetes {

class Agenda {
 public:
  using Item = ObjectStore::Reference;

  void add(const ResourceKind& kind, const ObjectId& id) { now_.insert({&kind, id}); }
  void add_at(TimePoint time, const ResourceKind& kind, const ObjectId& id) {
    later_[time].insert({&kind, id});
  }
  bool idle() const { return now_.empty(); }
  std::optional<TimePoint> next() const {
    if (later_.empty()) return std::nullopt;
    return later_.begin()->first;
  }
  // Moves what is due by that time to the front.
  void wake(TimePoint time) {
    while (!later_.empty() && later_.begin()->first <= time) {
      now_.merge(later_.begin()->second);
      later_.erase(later_.begin());
    }
  }
  // All that waits now; what is added meanwhile is the next batch.
  std::set<Item> take() { return std::exchange(now_, {}); }

 private:
  std::set<Item> now_;
  std::map<TimePoint, std::set<Item>> later_;
};

}  // namespace mtc::emulator::kubernetes
