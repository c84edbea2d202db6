// What somebody said, and what is left of it while a request takes its words out.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mtc::intent {

using Words = std::span<const std::string_view>;

// A word that is said and what it stands for.
struct Named {
  std::string_view word;
  std::string_view value;
};

// English words are looked for at the beginning of words ("errors", but not "terror"), Chinese ones
// anywhere.
class Utterance {
 public:
  explicit Utterance(std::string_view said);

  bool has(std::string_view word) const;
  bool has(Words words) const;
  bool has(std::initializer_list<std::string_view> words) const {
    return has(Words(words.begin(), words.size()));
  }
  const std::string& text() const { return text_; }  // lower case

  // Each takes out what it answers.
  void take_out(Words words);
  std::optional<std::string_view> take_first_of(std::span<const Named> names);
  std::optional<std::string> take_time();  // 最近一小时, 昨晚: as it was said
  // The name before that word, and the word: 集群 in 广州生产集群 answers 广州生产.
  std::optional<std::string> take_before(std::string_view mark);
  std::optional<int> take_number();  // the last one, 五 or 5; not the 2 of order-v2

  // What is left when the words that every request has are gone, one blank between two words.
  std::string rest() const;

 private:
  std::string text_;
};

}  // namespace mtc::intent
