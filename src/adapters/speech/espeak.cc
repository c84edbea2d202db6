#include "adapters/speech/espeak.h"

#include <charconv>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "base/wav.h"
#include "infra/process/process.h"

namespace mtc::speech {
namespace {

constexpr std::size_t kMaxSoundBytes = 64U << 20U;  // 25 minutes of 22 kHz, 16 bit
constexpr std::size_t kMaxDigits = 16;

// The voice "cmn" of espeak-ng 1.51 turns a character into pinyin and then reads the pinyin as
// English: 好 is "hao two". This one does not, and still reads words that are no pinyin as English
// (github.com/espeak-ng/espeak-ng issue 1236).
std::string_view voice_of(Language language) {
  return language == Language::zh ? "cmn-latn-pinyin" : "en-us";
}

std::size_t count_digits(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// Exact, where say_number would round for the ear: here the number already is what is to be said.
std::string say_integer(std::int64_t value) {
  if (value < 1000) return say_number(value, Language::zh);
  for (const auto& [unit, name] : {std::pair<std::int64_t, std::string_view>{100'000'000, "亿"},
                                   {10'000, "万"},
                                   {1000, "千"}}) {
    if (value < unit) continue;
    const std::int64_t head = value / unit;
    const std::int64_t rest = value % unit;
    std::string out = head == 2 ? "两" : say_integer(head);
    out += name;
    if (rest == 0) return out;
    if (rest < unit / 10) out += "零";
    if (rest >= 10 && rest < 20) out += "一";  // 一千零一十五
    return out + say_integer(rest);
  }
  return {};
}

std::string say_integer(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return say_integer(value);
}

std::string say_each(std::string_view digits) {
  return say_digits(digits, Language::zh);
}

struct Spelled {
  std::string text;
  std::size_t used = 0;  // bytes of the source
};

// "2:08" or "02:08" as a time of day; nothing else has a colon between one or two and exactly two
// digits.
std::optional<Spelled> spell_clock(std::string_view text, std::size_t at, std::size_t hour_digits) {
  const std::size_t colon = at + hour_digits;
  if (hour_digits > 2 || colon >= text.size() || text[colon] != ':' ||
      count_digits(text, colon + 1) != 2) {
    return std::nullopt;
  }
  const int hour = std::stoi(std::string(text.substr(at, hour_digits)));
  const int minute = std::stoi(std::string(text.substr(colon + 1, 2)));
  if (hour > 24 || minute > 59) return std::nullopt;
  Spelled out{.text = say_count(hour, Language::zh) + "点", .used = hour_digits + 3};
  if (minute == 0) return out;
  if (minute < 10) out.text += "零";
  out.text += say_number(minute, Language::zh) + "分";
  return out;
}

Spelled spell_number(std::string_view text, std::size_t at) {
  const std::size_t digits = count_digits(text, at);
  if (auto clock = spell_clock(text, at, digits)) return *clock;
  Spelled out{.text = {}, .used = digits};
  const std::string_view whole = text.substr(at, digits);
  const bool is_code = digits > 1 && whole.front() == '0';
  out.text = is_code ? say_each(whole) : say_integer(whole);
  if (at + out.used + 1 < text.size() && text[at + out.used] == '.') {
    if (const std::size_t decimals = count_digits(text, at + out.used + 1); decimals > 0) {
      out.text += "点" + say_each(text.substr(at + out.used + 1, decimals));
      out.used += 1 + decimals;
    }
  }
  if (at + out.used < text.size() && text[at + out.used] == '%') {
    out.text = "百分之" + out.text;
    ++out.used;
  }
  return out;
}

// What espeak-ng gives a meaning of its own: tags and entities, [[phonemes]], and what shells and
// SSML like.
bool has_a_meaning(char c) {
  return std::string_view("<>&[]{}|\\^~`*_#\"=$@").find(c) != std::string_view::npos;
}

std::unexpected<Error> spoke_nothing(const ProcessResult& result) {
  std::string reason = shorten_characters(sanitize_utf8(trim(result.errors)), 200);
  if (reason.empty()) {
    reason = result.signal != 0 ? "signal " + std::to_string(result.signal)
                                : "exit status " + std::to_string(result.exit_status);
  }
  return fail(Errc::unavailable, "espeak-ng did not speak: " + reason);
}

}  // namespace

std::string spell_numbers(std::string_view chinese) {
  std::string out;
  for (std::size_t i = 0; i < chinese.size();) {
    const bool in_word = i > 0 && (is_letter(chinese[i - 1]) || chinese[i - 1] == '-');
    const std::size_t digits = count_digits(chinese, i);
    if (digits == 0) {
      out += chinese[i++];
      continue;
    }
    const std::size_t end = i + digits;
    const bool goes_on = end < chinese.size() && is_letter(chinese[end]);
    if (in_word || goes_on || digits > kMaxDigits) {
      out += chinese.substr(i, digits);
      i = end;
      continue;
    }
    const Spelled spelled = spell_number(chinese, i);
    out += spelled.text;
    i += spelled.used;
  }
  return out;
}

std::string prepare_for_espeak(std::string_view text, Language language,
                               std::size_t max_characters) {
  std::string clean;
  for (const char c : sanitize_utf8(prefix_of_characters(text, max_characters))) {
    const auto byte = static_cast<unsigned char>(c);
    clean += byte < 0x20 || byte == 0x7f || has_a_meaning(c) ? ' ' : c;
  }
  // C1 controls are two bytes in UTF-8.
  for (int code = 0x80; code <= 0x9f; ++code) {
    clean = replace_all(std::move(clean), std::string{'\xc2', static_cast<char>(code)}, " ");
  }
  clean = std::string(trim(clean));
  return language == Language::zh ? spell_numbers(clean) : clean;
}

Async<Result<std::string>> EspeakSynthesizer::synthesize(std::string text, Language language) {
  std::string spoken = prepare_for_espeak(text, language, options_.max_characters);
  if (spoken.empty()) co_return fail(Errc::invalid_argument, "there is no text to speak");
  ProcessRequest request;
  // Without -m: markup in the text is not interpreted. -b 1: the text is UTF-8, whatever the locale
  // says.
  request.arguments = {options_.program,
                       "-v",
                       std::string(voice_of(language)),
                       "-s",
                       std::to_string(options_.words_per_minute),
                       "-b",
                       "1",
                       "--stdin",
                       "--stdout"};
  request.input = std::move(spoken) + "\n";
  request.timeout = options_.timeout;
  request.max_output_bytes = kMaxSoundBytes;
  request.package = "espeak-ng";
  auto result = co_await run_process(std::move(request));
  if (!result) co_return fail(std::move(result).error());
  if (!result->succeeded()) co_return spoke_nothing(*result);
  auto wav = repair_wav_sizes(std::move(result->output));
  if (!wav || !read_wav(*wav)) co_return spoke_nothing(*result);
  co_return std::move(*wav);
}

}  // namespace mtc::speech
