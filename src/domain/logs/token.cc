#include "domain/logs/token.h"

#include <algorithm>
#include <cstring>

namespace mtc::logs {
namespace {

// Masking can lengthen a text ("1" is "<*>"), at most threefold; what does not fit stays unmasked.
constexpr std::size_t kBufferBytes = 4 * Tokenizer::kMaxBytes;

// What a byte can be part of; a piece's bytes OR-ed together say which rules can apply at all.
enum ByteClass : std::uint8_t {
  kDigit = 1,
  kLetter = 2,      // ASCII
  kWide = 4,        // part of a non-ASCII character: a letter, but never in one run with ASCII ones
  kOpener = 8,      // a new piece may begin after it
  kStructure = 16,  // '/', '\\', '.', ':', '@': paths, hosts, addresses
  kSpace = 32,
  kHexLetter = 64,
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> out{};
  for (int c = 0; c <= ' '; ++c) out[c] = kSpace;
  out[0x7f] = kSpace;
  for (int c = '0'; c <= '9'; ++c) out[c] = kDigit;
  for (int c = 'a'; c <= 'z'; ++c)
    out[c] = out[c - 'a' + 'A'] = kLetter | (c <= 'f' ? kHexLetter : 0);
  for (int c = 0x80; c <= 0xff; ++c) out[c] = kWide;
  for (char c : {'=', '(', '[', '{', '"', '|'}) out[static_cast<unsigned char>(c)] = kOpener;
  for (char c : {'/', '\\', '.', ':', '@'}) out[static_cast<unsigned char>(c)] = kStructure;
  return out;
}
constexpr auto kClasses = make_classes();

std::uint8_t class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return (class_of(c) & (kDigit | kLetter)) != 0;
}
bool is_hex(char c) {
  return (class_of(c) & (kDigit | kHexLetter)) != 0;
}

std::uint64_t load(const char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, count);
  return value;
}

bool is_uuid(std::string_view text) {
  if (text.size() < 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return text.size() == 36 || !is_alnum(text[36]);
}

// MAC and IPv6 addresses; a clock time such as 06:55:46 is variable anyway.
bool is_colon_hex(std::string_view text) {
  std::size_t colons = 0;
  bool digit = false;
  for (const char c : text) {
    colons += c == ':';
    digit |= is_digit(c);
    if (c != ':' && !is_hex(c)) return false;
  }
  return colons >= 5 || (colons >= 2 && digit);
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Labels with dots whose last one is a usual ending. Two-letter endings need three labels:
// "main.cc" is a file.
bool is_host_name(std::string_view text) {
  if (const auto colon = text.rfind(':'); colon != text.npos) {
    if (!std::ranges::all_of(text.substr(colon + 1), is_digit)) return false;
    text = text.substr(0, colon);
  }
  std::size_t dots = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (i == 0 || text[i - 1] == '.') return false;
      ++dots;
    } else if (!is_alnum(text[i]) && text[i] != '-' && text[i] != '_') {
      return false;
    }
  }
  if (dots == 0) return false;
  const auto ending = text.substr(text.rfind('.') + 1);
  if (ending.size() == 2)
    return dots >= 2 && std::ranges::all_of(ending, [](char c) { return c >= 'a' && c <= 'z'; });
  return one_of(ending, {"com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "local",
                         "lan", "internal", "localdomain", "arpa", "svc", "cloud", "corp"});
}

bool is_path_or_url(std::string_view text) {
  if (text.size() < 2) return false;
  if (text[0] == '/' || text.starts_with("./") || text.starts_with("../") || text.starts_with("~/"))
    return true;
  if (text.size() >= 3 && text[1] == ':' && text[2] == '\\') return true;
  if (text.starts_with("\\\\")) return true;
  const auto first = text.find('/');
  return first != text.npos && text.find('/', first + 1) != text.npos;
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != text.npos && at > 0 && text.find('.', at) != text.npos;
}

bool is_weekday(std::string_view word) {
  return one_of(word, {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"});
}
bool is_month(std::string_view word) {
  return one_of(
      word, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
}
// Belongs to the number before it: a time zone, half of a day, a unit of size.
bool follows_number(std::string_view word) {
  return one_of(
      word, {"UTC", "GMT", "CST", "CET", "CEST", "EST", "EDT", "PST", "PDT", "MST", "MDT", "JST",
             "AM",  "PM",  "B",   "KB",  "kB",   "MB",  "GB",  "TB",  "KiB", "MiB", "GiB", "TiB"});
}
bool introduces_name(std::string_view word) {
  if (!word.empty() && word.back() == ':') word.remove_suffix(1);
  return one_of(word, {"user", "username", "host", "hostname", "program", "client", "device",
                       "file", "pod", "container", "namespace", "module", "用户", "主机"});
}

// The core of a piece: without punctuation around it. '/', '~', '-', '*' and '.' may begin a value.
std::pair<std::size_t, std::size_t> core_of(std::string_view text) {
  std::size_t begin = 0;
  std::size_t end = text.size();
  const auto inner = [](char c) { return (class_of(c) & (kDigit | kLetter | kWide)) != 0; };
  while (begin < end && !inner(text[begin]) && text[begin] != '/' && text[begin] != '\\') ++begin;
  if (begin < end && text[begin] == '/') {  // "./x", "../x", "~/x"
    while (begin > 0 && (text[begin - 1] == '.' || text[begin - 1] == '~')) --begin;
  }
  if (begin == end) return {begin, end};
  while (end > begin + 1 && !inner(text[end - 1]) && text[end - 1] != '/' && text[end - 1] != '\\')
    --end;
  // A sign belongs to its number, if it is one.
  if (begin > 0 && is_digit(text[begin]) && (text[begin - 1] == '-' || text[begin - 1] == '+'))
    --begin;
  return {begin, end};
}

// A run of letters and digits, or a UUID.
struct Run {
  std::size_t end = 0;
  std::size_t digit = std::string_view::npos;  // the first
  bool variable = false;                       // from the first digit on
  bool whole = false;                          // from its beginning
};
Run read_run(std::string_view core, std::size_t begin) {
  Run run{.end = begin};
  bool hex = true;
  for (; run.end < core.size() && is_alnum(core[run.end]); ++run.end) {
    hex = hex && is_hex(core[run.end]);
    if (run.digit == core.npos && is_digit(core[run.end])) run.digit = run.end;
  }
  const std::size_t length = run.end - begin;
  const bool uuid = hex && length == 8 && is_uuid(core.substr(begin));
  if (uuid) run.end = begin + 36;
  run.variable = uuid || run.digit != core.npos;
  run.whole = uuid || (run.variable && (run.digit - begin <= 1 || (hex && length >= 6)));
  return run;
}

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes) {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL ^ left;
  for (; left > 8; at += 8, left -= 8)
    hash = fold_multiply(hash ^ load(at, 8), 0xa0761d6478bd642fULL);
  return fold_multiply(hash ^ load(at, left), 0xe7037ed1a0b428dbULL);
}

Tokenizer::Tokenizer() : buffer_(std::make_unique<char[]>(kBufferBytes)) {}

std::span<const Piece> Tokenizer::cut(std::string_view message) {
  count_ = 0;
  used_ = 0;
  if (message.size() > kMaxBytes) {
    message = message.substr(0, kMaxBytes);
    const auto last_word = message.find_last_of(" \t");
    if (last_word != message.npos) message = message.substr(0, last_word);
  }
  const char* at = message.data();
  const char* const end = at + message.size();
  while (at < end && count_ < kMaxPieces) {
    if ((class_of(*at) & kSpace) != 0) {
      ++at;
      continue;
    }
    const char* const begin = at;
    while (at < end && (class_of(*at) & kSpace) == 0) ++at;
    add_segment({begin, static_cast<std::size_t>(at - begin)});
  }
  return {pieces_.data(), count_};
}

// Between white space: "(uid=0)" becomes "(uid=" and "0)".
void Tokenizer::add_segment(std::string_view segment) {
  std::size_t begin = 0;
  bool spaced = true;
  for (std::size_t i = 0; i + 1 < segment.size(); ++i) {
    if ((class_of(segment[i]) & kOpener) == 0) continue;
    const char next = segment[i + 1];
    const bool value = (class_of(next) & (kDigit | kLetter | kWide)) != 0 || next == '/' ||
                       next == '-' || next == '.' || next == '<';
    // The quote that ends a text is no opener; nor is a bracket at the very beginning, which stays
    // with its word.
    if (!value || i == begin || (segment[i] == '"' && is_alnum(segment[i - 1]))) continue;
    add_piece(segment.substr(begin, i + 1 - begin), spaced);
    begin = i + 1;
    spaced = false;
  }
  add_piece(segment.substr(begin), spaced);
}

void Tokenizer::add_piece(std::string_view text, bool spaced) {
  if (count_ >= kMaxPieces) return;
  Piece piece{.text = text, .spaced = spaced};
  std::uint8_t seen = 0;
  for (const char c : text) seen |= class_of(c);
  if ((seen & (kDigit | kStructure)) != 0) {
    const auto [begin, end] = core_of(text);
    if (begin < end) piece.text = mask(text, begin, end, &piece.variable, &piece.word);
  } else if ((seen & (kLetter | kWide)) != 0) {
    piece.word = text.size() >= 2;
  } else if (used_ + 5 <= kBufferBytes &&
             (text == "()" || text == "[]" || text == "{}" || text == "\"\"" || text == "''")) {
    char* out = buffer_.get() + used_;
    out[0] = text[0];
    std::memcpy(out + 1, kVariable.data(), kVariable.size());
    out[4] = text[1];
    used_ += 5;
    piece.text = {out, 5};
    piece.variable = true;
  }
  piece.hash = hash_bytes(piece.text);
  append(piece);
}

// Writes prefix + masked core + suffix into the buffer, or returns the text itself if nothing in it
// is variable.
std::string_view Tokenizer::mask(std::string_view text, std::size_t core_begin,
                                 std::size_t core_end, bool* variable, bool* word) {
  if (used_ + 3 * text.size() + kVariable.size() > kBufferBytes) {
    *word = true;
    return text;
  }
  const auto core = text.substr(core_begin, core_end - core_begin);
  char* const out = buffer_.get() + used_;
  char* at = out;
  const auto copy = [&at](std::string_view part) {
    std::memcpy(at, part.data(), part.size());
    at += part.size();
  };
  copy(text.substr(0, core_begin));
  std::size_t letters = 0;
  bool masked = false;
  if (is_path_or_url(core) || is_host_name(core) || is_colon_hex(core) || is_mail_address(core)) {
    copy(kVariable);
    masked = true;
  } else {
    std::size_t i = 0;
    char* last_end = nullptr;  // in the output: behind the last variable
    while (i < core.size()) {
      if (!is_alnum(core[i])) {
        letters += (class_of(core[i]) & kWide) != 0;
        *at++ = core[i++];
        continue;
      }
      const Run run = read_run(core, i);
      if (!run.variable) {
        copy(core.substr(i, run.end - i));
        letters += run.end - i;
        i = run.end;
        continue;
      }
      if (run.whole) {
        // Whole. A sign that nothing but punctuation stands before is part of the number.
        if (at > out && (at[-1] == '-' || at[-1] == '+') && (at - out < 2 || !is_alnum(at[-2])) &&
            last_end != at)
          --at;
      } else {
        copy(core.substr(i, run.digit - i));
        letters += run.digit - i;
      }
      if (last_end != nullptr && at - last_end <= 4 && std::all_of(last_end, at, [](char c) {
            return (class_of(c) & (kWide | kOpener)) == 0;
          })) {
        at = last_end;
      } else {
        copy(kVariable);
        last_end = at;
      }
      masked = true;
      i = run.end;
    }
  }
  if (!masked) {
    *word = letters >= 2;
    return text;
  }
  *variable = std::string_view(out + core_begin, static_cast<std::size_t>(at - out) - core_begin) ==
              kVariable;
  *word = letters >= 2;
  copy(text.substr(core_end));
  used_ += static_cast<std::size_t>(at - out);
  return {out, static_cast<std::size_t>(at - out)};
}

void Tokenizer::append(Piece piece) {
  if (piece.variable) absorb_date();
  if (count_ > 0) {
    if (joins_number_before(piece)) return;
    const Piece& before = pieces_[count_ - 1];
    if (piece.hash == before.hash &&
        (piece.variable || piece.text.find(kVariable) != piece.text.npos))
      return;
    piece.named = piece.spaced && introduces_name(before.text);
  }
  pieces_[count_++] = piece;
}

// "5.2 KB," is "<*>,": the unit goes, the punctuation behind it stays.
bool Tokenizer::joins_number_before(const Piece& piece) {
  const Piece before = pieces_[count_ - 1];
  if (!piece.spaced || !before.variable || before.text.back() != '>') return false;
  std::string_view word = piece.text;
  while (!word.empty() && !is_alnum(word.back())) word.remove_suffix(1);
  if (word.empty() || word.size() > 4 || !follows_number(word)) return false;
  const auto tail = piece.text.substr(word.size());
  if (tail.empty()) return true;
  const std::size_t size = before.text.size() + tail.size();
  if (used_ + size > kBufferBytes) return false;
  char* const out = buffer_.get() + used_;
  std::memcpy(out, before.text.data(), before.text.size());
  std::memcpy(out + before.text.size(), tail.data(), tail.size());
  used_ += size;
  Piece joined = before;
  joined.text = {out, size};
  joined.hash = hash_bytes(joined.text);
  --count_;
  append(joined);
  return true;
}

// "Sat Jul" before a number is part of the date.
void Tokenizer::absorb_date() {
  std::size_t first = count_;
  if (first > 0 && is_month(pieces_[first - 1].text)) {
    --first;
    if (first > 0 && is_weekday(pieces_[first - 1].text)) --first;
  }
  if (first == count_) return;
  const bool spaced = pieces_[first].spaced;
  const bool named = pieces_[first].named;
  count_ = first;
  append({.text = kVariable,
          .hash = hash_bytes(kVariable),
          .variable = true,
          .spaced = spaced,
          .named = named});
}

}  // namespace mtc::logs
