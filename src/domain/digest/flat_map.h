// A hash map from 64-bit keys to small values for the inner loop of the digest: open addressing, no
// deletion, a few nanoseconds a lookup.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mtc::digest {

template <class Value>
class FlatMap {
 public:
  FlatMap() : slots_(kFirst) {}

  std::size_t size() const { return size_; }

  // The value of that key, made with Value{} if it is new. Valid until the next call.
  Value& operator[](std::uint64_t key) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    Slot& slot = slot_of(key);
    if (!slot.used) {
      slot = {.key = key, .value = Value{}, .used = true};
      ++size_;
    }
    return slot.value;
  }

  const Value* find(std::uint64_t key) const {
    const Slot& slot = const_cast<FlatMap*>(this)->slot_of(key);
    return slot.used ? &slot.value : nullptr;
  }

  template <class Visit>
  void each(Visit visit) const {
    for (const auto& slot : slots_) {
      if (slot.used) visit(slot.key, slot.value);
    }
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Value value{};
    bool used = false;
  };
  static constexpr std::size_t kFirst = 256;  // a power of two, as all sizes

  Slot& slot_of(std::uint64_t key) {
    // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
    std::uint64_t mixed = key ^ (key >> 32);
    mixed *= 0x9e3779b97f4a7c15;
    std::size_t at = (mixed >> 20) & (slots_.size() - 1);
    while (slots_[at].used && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (auto& slot : old) {
      if (slot.used) slot_of(slot.key) = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace mtc::digest
