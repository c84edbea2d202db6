// A group of messages with one template: its text piece by piece, and the key it is found by.
//
// A key is the sum of one share for each piece and position, so that a position is left open by one
// subtraction and one addition.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/logs/token.h"

namespace mtc::logs {

// A set of positions in a message; pieces never number more than its bits.
using Positions = std::uint64_t;
static_assert(Tokenizer::kMaxPieces <= 64);
constexpr Positions bit(std::size_t position) {
  return Positions{1} << position;
}

template <class Visit>
void for_each(Positions positions, Visit visit) {
  for (; positions != 0; positions &= positions - 1)
    visit(static_cast<std::size_t>(std::countr_zero(positions)));
}

// What a piece adds to the key.
constexpr std::uint64_t share(std::size_t position, std::uint64_t piece_hash) {
  return fold_multiply(piece_hash ^ 0x8ebc6af09c88c6e3ULL,
                       0x589965cc75374cc3ULL + 0x9e3779b97f4a7c15ULL * 2 * position);
}

using Shares = std::array<std::uint64_t, Tokenizer::kMaxPieces>;

// What a position that is open adds to the key.
inline constexpr Shares kAnyShares = [] {
  constexpr std::uint64_t kAnyPiece = 0x5bd1e9955bd1e995ULL;
  Shares out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = share(i, kAnyPiece);
  return out;
}();

// A message while it is looked up.
struct Message {
  explicit Message(std::span<const Piece> cut);
  std::span<const Piece> pieces;
  Shares shares;  // as many as there are pieces
  std::uint64_t key = 0;
};

struct Group {
  struct Part {
    std::uint64_t share = 0;
    std::uint16_t begin = 0;
    std::uint16_t length = 0;
    bool variable : 1 = false;  // by its look
    bool word : 1 = false;
    bool spaced : 1 = false;
    bool named : 1 = false;
  };

  Group() = default;
  explicit Group(const Message& message);

  // The key with these positions open as well.
  std::uint64_t key_with(Positions wanted) const;
  // Words that are left to tell the group by when just these positions are open.
  std::size_t words_outside(Positions positions) const;
  std::size_t stored_bytes() const { return texts.size() + parts.size() * sizeof(Part); }

  // Opens just these positions, which include all that are open already. Their text becomes "<*>",
  // with the punctuation that stood around the value.
  void open_positions(Positions positions);
  // Punctuation that the other has not around a variable becomes part of the variable.
  void absorb_text(const Group& other);
  std::string text() const;

  std::string texts;  // of the parts, one after the other
  std::vector<Part> parts;
  Positions open = 0;     // positions that proved variable
  std::uint64_t key = 0;  // sum of shares, open positions counting as "any"
  std::uint64_t bucket = 0;
};

}  // namespace mtc::logs
