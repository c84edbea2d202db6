// A sentence that is taken apart piece by piece: what has been understood is blanked out, what is
// left is what lines must hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::logs {

class SpokenText {
 public:
  explicit SpokenText(std::string_view text);

  // As given, and with ASCII letters in lower case; equally long. Blanked pieces are kGap.
  const std::string& text() const { return text_; }
  const std::string& lower() const { return lower_; }
  static constexpr char kGap = '\x01';

  // The text there; it is blanked out.
  std::string take(std::size_t begin, std::size_t length);
  // True and blanked out if the word (lower case) is there: English words only as whole ones.
  bool take_word(std::string_view word);
  // Any of them, the longest first as listed; the one that was there.
  template <class List>
  std::optional<std::string_view> take_any(const List& words) {
    for (const std::string_view word : words) {
      if (take_word(word)) return word;
    }
    return std::nullopt;
  }
  // Where the word is, as a whole one; npos if it is not there.
  std::size_t find_word(std::string_view word, std::size_t from = 0) const;

  // A phrase in quotes of any kind, blanked out.
  std::optional<std::string> take_quoted();
  // 五分钟内, 半小时, "in ten minutes": minutes; seconds are not taken.
  std::optional<int> take_period();

  // What is left between the gaps without the words that carry nothing (的, 如果, "when the").
  std::vector<std::string> rest() const;

 private:
  std::string text_;
  std::string lower_;
};

// A number and the unit behind it ("5 秒", "百分之五", "3%").
struct Mention {
  std::size_t begin = 0;
  std::size_t end = 0;  // behind the unit
  double value = 0;
  std::string_view unit;  // "%", "s", "ms", "m", "h", "d", "times" (条, 次 …); empty: none
};
// The number mentioned exactly there; not one inside a word (p99, 5xx).
std::optional<Mention> mention_at(std::string_view lower, std::size_t at);
// All of them, in order.
std::vector<Mention> mentions_in(std::string_view lower);

}  // namespace mtc::logs
