#include "adapters/tencent/tts.h"

#include <fmt/format.h>

#include <array>

#include "base/encoding.h"
#include "base/text.h"
#include "base/wav.h"

namespace mtc::tencent {
namespace {

// A Chinese character costs 10, a Latin letter 3: 150 of the first and 500 of the second are the
// service's bounds.
constexpr int kBudget = 1500;
constexpr int kWideCost = 10;
constexpr int kNarrowCost = 3;

constexpr std::array<std::string_view, 7> kSentenceEnds{"。", "！", "？", "；", "!", "?", "\n"};
constexpr std::array<std::string_view, 4> kClauseEnds{"，", "、", "：", ","};

// How good a place after this character is to cut: 3 after a sentence, 2 after a clause, 1 at a
// blank, 0 anywhere.
int rank_of_cut(std::string_view character, std::string_view rest) {
  for (const auto end : kSentenceEnds) {
    if (character == end) return 3;
  }
  const bool before_blank = rest.empty() || rest.front() == ' ' || rest.front() == '\n';
  if ((character == "." || character == ";") && before_blank) return 3;  // "0.5" goes on
  for (const auto end : kClauseEnds) {
    if (character == end) return character == "," && !before_blank ? 0 : 2;  // "1,000" goes on
  }
  return character == " " ? 1 : 0;
}

// Where the first piece of the text ends.
std::size_t first_cut(std::string_view text) {
  std::array<std::size_t, 4> cuts{};
  int cost = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = prefix_of_characters(text.substr(at), 1);
    cost += character.size() > 1 ? kWideCost : kNarrowCost;
    if (cost > kBudget) {
      for (std::size_t rank = cuts.size(); rank-- > 0;) {
        // A much shorter piece is not worth a better place.
        if (cuts[rank] > 0 && (rank == 0 || cuts[rank] * 4 > at)) return cuts[rank];
      }
      return at;
    }
    at += character.size();
    cuts[static_cast<std::size_t>(rank_of_cut(character, text.substr(at)))] = at;
  }
  return text.size();
}

}  // namespace

std::vector<std::string> split_for_speech(std::string_view text) {
  const std::string clean = sanitize_utf8(text);
  std::vector<std::string> pieces;
  for (std::string_view rest = trim(clean); !rest.empty();) {
    const auto cut = first_cut(rest);
    const auto piece = trim(rest.substr(0, cut));
    if (!piece.empty()) pieces.emplace_back(piece);
    rest = trim(rest.substr(cut));
  }
  return pieces;
}

TencentVoice::TencentVoice(TencentClient& client, Random& random, VoiceOptions options)
    : client_(client), random_(random), options_(std::move(options)) {}

Async<Result<std::string>> TencentVoice::synthesize(std::string text, Language language) {
  if (text.size() > options_.max_text_bytes) {
    co_return fail(Errc::invalid_argument,
                   fmt::format("the text to speak is {} bytes long, at most {} are spoken",
                               text.size(), options_.max_text_bytes));
  }
  const auto pieces = split_for_speech(text);
  if (pieces.empty()) co_return fail(Errc::invalid_argument, "there is no text to speak");
  std::vector<std::string> sounds;
  for (const auto& piece : pieces) {
    auto sound = co_await speak(piece, language);
    if (!sound) co_return fail(sound.error());
    sounds.push_back(std::move(*sound));
  }
  auto joined = join_wavs(sounds);
  if (!joined) {
    co_return fail(Errc::unavailable, "TextToVoice in " + options_.region +
                                          ": what came back cannot be joined to one sound (" +
                                          joined.error().message + "); try again later");
  }
  co_return std::move(*joined);
}

Async<Result<std::string>> TencentVoice::speak(std::string piece, Language language) {
  const auto response =
      co_await client_.call({.service = "tts",
                             .version = "2019-08-23",
                             .action = "TextToVoice",
                             .region = options_.region,
                             .body = Json{{"Text", std::move(piece)},
                                          {"SessionId", make_uuid(random_)},
                                          {"Volume", options_.volume},
                                          {"Speed", options_.speed},
                                          {"ModelType", 1},
                                          {"VoiceType", options_.voice_type},
                                          {"PrimaryLanguage", language == Language::zh ? 1 : 2},
                                          {"SampleRate", options_.sample_rate},
                                          {"Codec", "wav"}},
                             .timeout = options_.timeout,
                             .lane = "tts",
                             .lane_limit = 10});
  if (!response) co_return fail(response.error());
  auto sound = from_base64(string_or(*response, "Audio"));
  if (!sound || sound->empty()) {
    co_return fail(Errc::unavailable, "TextToVoice in " + options_.region +
                                          ": the answer holds no sound; try again later");
  }
  co_return std::move(*sound);
}

}  // namespace mtc::tencent
