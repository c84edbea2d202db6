#include "domain/alerts/spoken_choice.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/contains.h"
#include "base/edit_distance.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "domain/alerts/cause.h"
#include "domain/alerts/speech.h"
#include "domain/alerts/spoken_words.h"
#include "domain/alerts/told_order.h"
#include "domain/clusters/name_score.h"

namespace mtc::alerts {
namespace {

constexpr int kGuess = 70;  // nobody would guess below; as for the names of clusters
constexpr int kVeryName = 100;
constexpr int kInARow = 90;
constexpr int kBegun = 82;      // the first letters of a word
constexpr int kScattered = 84;  // all words, not in a row
constexpr int kMisheard = 76;
constexpr int kApart = 5;  // what is nearer than that to the best is meant as well as it
constexpr std::size_t kMostCharacters = 100;
constexpr std::size_t kMostTextCharacters = 160;
constexpr std::size_t kFewestLetters = 2;

// Latin words and numbers whole, Chinese characters one by one in pinyin.
std::vector<std::string> words_of(std::string_view text, std::size_t characters) {
  const auto clean = audible(text, characters);
  std::vector<std::string> out;
  bool joins = false;
  for (const auto& sound : sounds_of(clean)) {
    const bool letter = sound.text.size() == 1 && is_alnum(sound.text[0]);
    if (sound.han()) out.push_back(sound.syllable);
    if (letter && !joins) out.emplace_back();
    if (letter) out.back() += to_lower_ascii(sound.text);
    joins = letter;
  }
  return out;
}

std::string letters_of(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += word;
  return out;
}

// Words around the name.
std::string without_filler(std::string_view spoken) {
  auto text = to_lower_ascii(sanitize_utf8(prefix_of_bytes(spoken, kMostCharacters * 4)));
  for (const std::string_view word :
       {"那一条", "这一条", "那个", "这个", "那条", "这条", "关于", "有关", "的告警", "的报警",
        "告警", "报警", "警报", "的问题", "的"})
    text = replace_all(std::move(text), word, " ");
  std::vector<std::string> kept;
  for (const auto word : split(text, ' ')) {
    static constexpr auto kFiller = std::to_array<std::string_view>(
        {"the", "one", "about", "alert", "alerts", "alarm", "of", "on", "with", "for", "a", "an"});
    if (!word.empty() && !contains(kFiller, word)) kept.emplace_back(word);
  }
  return join(kept, " ");
}

// Everything somebody may call it by.
std::vector<std::string> names_of(const Alert& alert) {
  std::vector<std::string> out{workload_name(alert.subject),
                               spoken_name(alert, Language::zh),
                               spoken_name(alert, Language::en),
                               alert.policy_name,
                               alert.condition,
                               alert.metric,
                               alert.subject.pod,
                               alert.subject.node,
                               alert.subject.instance,
                               alert.subject.ns,
                               alert.subject.cluster_name,
                               alert.subject.text};
  std::erase_if(out, [](const std::string& name) { return name.empty(); });
  return out;
}

bool is_nearly(const std::string& heard, const std::string& word) {
  const auto shorter = std::min(heard.size(), word.size());
  const std::size_t most = shorter < 5 ? 0 : shorter < 9 ? 1 : 2;
  return most > 0 && edit_distance(heard, word, most) <= most;
}

// Words of the name in a row that sound as the letters do.
int fits_in_a_row(const std::string& letters, const std::vector<std::string>& name) {
  int best = 0;
  for (std::size_t first = 0; first < name.size(); ++first) {
    std::string row;
    for (std::size_t i = first; i < name.size() && row.size() <= letters.size() + 2; ++i) {
      row += name[i];
      if (row == letters) return first == 0 && i + 1 == name.size() ? kVeryName : kInARow;
      if (is_nearly(letters, row)) best = std::max(best, kMisheard);
    }
    if (letters.size() >= 3 && row.starts_with(letters)) best = std::max(best, kBegun);
  }
  return best;
}

bool has_word(const std::vector<std::string>& all, const std::string& word) {
  return std::ranges::any_of(all, [&](const std::string& one) {
    return one == word || (word.size() >= 3 && one.starts_with(word)) || is_nearly(word, one);
  });
}

}  // namespace

SpokenWords::SpokenWords(std::string_view spoken)
    : words_(words_of(without_filler(spoken), kMostCharacters)),
      letters_(letters_of(words_)),
      spoken_(without_filler(spoken)) {
  if (letters_.size() < kFewestLetters) words_.clear();
}

int SpokenWords::fits(const Alert& alert) const {
  if (words_.empty()) return 0;
  int best = 0;
  std::vector<std::string> all;
  for (const auto& name : names_of(alert)) {
    const auto words = words_of(name, kMostTextCharacters);
    best = std::max(best, fits_in_a_row(letters_, words));
    all.insert(all.end(), words.begin(), words.end());
  }
  const auto heard_in = [&](const std::string& word) { return has_word(all, word); };
  if (words_.size() > 1 && std::ranges::all_of(words_, heard_in)) best = std::max(best, kScattered);
  if (best >= kInARow) return best;
  // 支付 is payment: as workloads are found.
  const auto workload = audible(workload_name(alert.subject), 60);
  if (workload.empty()) return best;
  return std::max(best, clusters::HeardName(spoken_, clusters::Named::workload).fits(workload));
}

std::vector<std::size_t> find_spoken(std::span<const Alert> alerts, std::string_view spoken) {
  if (const auto number = spoken_number(spoken)) {
    for (std::size_t i = 0; i < alerts.size(); ++i) {
      if (alerts[i].number == *number) return {i};
    }
    return {};
  }
  const auto order = told_order(alerts);
  if (const auto place = spoken_place(spoken))
    return *place <= order.size() ? std::vector{order[*place - 1]} : std::vector<std::size_t>{};
  const SpokenWords words(spoken);
  std::vector<std::pair<int, std::size_t>> found;  // by how badly, then by place
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (const int fits = words.fits(alerts[order[place]]); fits >= kGuess)
      found.emplace_back(-fits, place);
  }
  std::ranges::sort(found);
  std::vector<std::size_t> out;
  for (const auto& [badly, place] : found) {
    if (badly <= found.front().first + kApart) out.push_back(order[place]);
  }
  return out;
}

}  // namespace mtc::alerts
