// A hash table that forgets: the miner's notes on what it has seen, in bounded memory whatever
// comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mtc::logs {

// From well mixed 64-bit keys to a small value. Grows by doubling up to max_slots; from then on a
// new key takes the place of an older one of its neighbourhood. One thread at a time.
template <class Value>
class ForgetfulTable {
 public:
  explicit ForgetfulTable(std::size_t max_slots) : max_slots_(max_slots), slots_(kFirstSlots) {}

  Value* find(std::uint64_t key) {
    Slot* const home = home_of(key);
    for (std::size_t i = 0; i < kNeighbours; ++i) {
      if (home[i].key == key) return &home[i].value;
    }
    return nullptr;
  }

  // The value of the key; a fresh one if the key is new. Valid until the next call of at().
  Value& at(std::uint64_t key) {
    if (Value* value = find(key)) return *value;
    if (used_ * 2 > slots_.size() && slots_.size() < max_slots_) grow();
    return insert(key, {});
  }

 private:
  static constexpr std::size_t kFirstSlots = 1024;
  static constexpr std::size_t kNeighbours = 4;
  struct Slot {
    std::uint64_t key = 0;
    Value value{};
  };

  Slot* home_of(std::uint64_t key) {
    return &slots_[(key >> 8) & (slots_.size() - 1) & ~(kNeighbours - 1)];
  }

  Value& insert(std::uint64_t key, Value value) {
    Slot* const home = home_of(key);
    std::size_t chosen = key % kNeighbours;
    for (std::size_t i = 0; i < kNeighbours; ++i) {
      if (home[i].key != 0) continue;
      chosen = i;
      ++used_;
      break;
    }
    home[chosen] = {.key = key, .value = value};
    return home[chosen].value;
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 4 <= max_slots_ ? slots_.size() * 4 : max_slots_);
    old.swap(slots_);
    used_ = 0;
    for (const Slot& slot : old) {
      if (slot.key != 0) insert(slot.key, slot.value);
    }
  }

  std::size_t max_slots_;  // a power of two
  std::size_t used_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace mtc::logs
