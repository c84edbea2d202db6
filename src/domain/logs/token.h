// Cuts a log message into the pieces that templates are compared by, and masks what is variable by
// its look alone: numbers, hexadecimal, addresses, host names, paths, URLs, UUIDs, dates. The rules
// know no particular system.
//
//   "Failed password for root from 10.0.0.7 port 4711 ssh2"  →
//       Failed|password|for|root|from|<*>|port|<*>|ssh<*>
//   "session opened for user bob by (uid=0)"  →  session|opened|for|user|bob|by|(uid=|<*>)
//
// Rules, in the order they are tried on a piece's core (the piece without punctuation around it):
//   * a path ("/a/b", "./a", "~/a", "C:\a", two slashes or more), a URL, a mail address, a host
//     name, a MAC or IPv6 address and a UUID are variable as a whole;
//   * of other words every run of letters and digits is variable from its first digit on; one
//     single letter before it ("J12") and a sign belong to it; six hexadecimal digits or more are
//     variable as a whole;
//   * variable parts with at most four characters between them are one ("10.0.0.7:22",
//     "attempt_12_m_3_0");
//   * weekday and month names, time zones and units of size beside a number belong to it ("Sat Jul
//     9", "5.2 KB");
//   * empty brackets are an absent value ("()" is "(<*>)");
//   * equal variable pieces in a row are one, so that lists of any length look alike.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace mtc::logs {

inline constexpr std::string_view kVariable = "<*>";

struct Piece {
  std::string_view text;   // masked; of the message or of the tokenizer's own buffer
  std::uint64_t hash = 0;  // of text
  bool variable = false;   // the core is nothing but a variable
  bool word = false;       // says something by itself: two letters or more outside of variables
  bool spaced = false;     // white space stands before it
  bool named = false;      // stands after a word like "user" that introduces a name
};

// One thread at a time.
class Tokenizer {
 public:
  // What lies beyond is not looked at: a line of a megabyte costs no more than one of two
  // kilobytes.
  static constexpr std::size_t kMaxBytes = 2048;
  static constexpr std::size_t kMaxPieces = 64;

  Tokenizer();

  // Valid until the next call and as long as the message lives. Never more than kMaxPieces.
  std::span<const Piece> cut(std::string_view message);

 private:
  void add_segment(std::string_view segment);
  void add_piece(std::string_view text, bool spaced);
  std::string_view mask(std::string_view text, std::size_t core_begin, std::size_t core_end,
                        bool* variable, bool* word);
  void append(Piece piece);
  bool joins_number_before(const Piece& piece);
  void absorb_date();

  std::array<Piece, kMaxPieces> pieces_;
  std::size_t count_ = 0;
  std::unique_ptr<char[]> buffer_;  // masked texts of the current message
  std::size_t used_ = 0;
};

std::uint64_t hash_bytes(std::string_view bytes);

// (a * b) folded to 64 bits: the mixing step of wyhash.
constexpr std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace mtc::logs
