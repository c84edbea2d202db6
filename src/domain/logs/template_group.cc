#include "domain/logs/template_group.h"

#include <string_view>
#include <utility>

namespace mtc::logs {
namespace {

std::uint64_t length_share(std::size_t pieces) {
  return fold_multiply(pieces + 1, 0xd6e8feb86659fd93ULL);
}

bool belongs_to_value(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u >= 0x80 ||
         u == '<' || u == '>' || u == '*';
}

// Punctuation around the value: "(bob)," is "(" and "),".
std::pair<std::string_view, std::string_view> around_value(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && !belongs_to_value(text[begin])) ++begin;
  std::size_t end = text.size();
  while (end > begin && !belongs_to_value(text[end - 1])) --end;
  return {text.substr(0, begin), text.substr(end)};
}

}  // namespace

Message::Message(std::span<const Piece> cut) : pieces(cut), key(length_share(cut.size())) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    shares[i] = share(i, pieces[i].hash);
    key += shares[i];
  }
}

Group::Group(const Message& message) : key(message.key) {
  std::size_t bytes = 0;
  for (const Piece& piece : message.pieces) bytes += piece.text.size();
  texts.reserve(bytes);
  parts.reserve(message.pieces.size());
  for (std::size_t i = 0; i < message.pieces.size(); ++i) {
    const Piece& piece = message.pieces[i];
    parts.push_back({.share = message.shares[i],
                     .begin = static_cast<std::uint16_t>(texts.size()),
                     .length = static_cast<std::uint16_t>(piece.text.size()),
                     .variable = piece.variable,
                     .word = piece.word,
                     .spaced = piece.spaced,
                     .named = piece.named});
    texts += piece.text;
  }
}

std::uint64_t Group::key_with(Positions wanted) const {
  std::uint64_t out = key;
  for_each(wanted & ~open, [&](std::size_t i) { out += kAnyShares[i] - parts[i].share; });
  return out;
}

std::size_t Group::words_outside(Positions positions) const {
  std::size_t words = 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    words += parts[i].word && (positions & bit(i)) == 0;
  return words;
}

void Group::open_positions(Positions positions) {
  key = key_with(positions);
  open = positions;
  std::string opened;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Part& part = parts[i];
    const auto own = std::string_view(texts).substr(part.begin, part.length);
    part.begin = static_cast<std::uint16_t>(opened.size());
    if ((positions & bit(i)) != 0) {
      const auto [before, after] = around_value(own);
      opened.append(before).append(kVariable).append(after);
      part.word = false;
      part.variable = true;
      part.share = kAnyShares[i];
    } else {
      opened += own;
    }
    part.length = static_cast<std::uint16_t>(opened.size() - part.begin);
  }
  texts = std::move(opened);
}

void Group::absorb_text(const Group& other) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Part& part = parts[i];
    if (!part.variable) continue;
    const auto own = std::string_view(texts).substr(part.begin, part.length);
    const auto theirs =
        std::string_view(other.texts).substr(other.parts[i].begin, other.parts[i].length);
    if (around_value(own) == around_value(theirs)) continue;
    const auto at = own.find(kVariable);
    part.begin = static_cast<std::uint16_t>(part.begin + at);
    part.length = static_cast<std::uint16_t>(kVariable.size());
  }
}

std::string Group::text() const {
  std::string out;
  for (const Part& part : parts) {
    if (part.spaced && !out.empty()) out += ' ';
    out.append(texts, part.begin, part.length);
  }
  return out;
}

}  // namespace mtc::logs
