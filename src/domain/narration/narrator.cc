#include "domain/narration/narrator.h"

#include <optional>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/fact_check.h"
#include "domain/narration/prompt.h"

namespace mtc::narration {
namespace {

constexpr int kAttempts = 2;
constexpr std::size_t kMaxAnswerBytes =
    16U << 10U;  // longer is refused anyway; the check need not read it

// 5,280 → 5280
std::string without_thousands_commas(std::string_view text) {
  const auto is_digit_at = [&](std::size_t at) { return at < text.size() && is_digit(text[at]); };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between = text[i] == ',' && i > 0 && is_digit_at(i - 1) && is_digit_at(i + 1) &&
                         is_digit_at(i + 2) && is_digit_at(i + 3) && !is_digit_at(i + 4);
    if (!between) out += text[i];
  }
  return out;
}

// Quotation marks around the whole and line ends are habits of models, not faults.
std::string tidy(std::string_view answer, Language language) {
  std::string text(trim(prefix_of_bytes(answer, kMaxAnswerBytes)));
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"“", "”"}, {"「", "」"}}) {
    const bool quoted =
        text.size() > open.size() + close.size() && text.starts_with(open) && text.ends_with(close);
    if (quoted) text = text.substr(open.size(), text.size() - open.size() - close.size());
  }
  std::string out;
  text = without_thousands_commas(text);
  for (const auto line : split(text, '\n')) {
    const auto part = trim(line);
    if (part.empty()) continue;
    // A list stays a list, so that the check sees it.
    if (!out.empty())
      out += part.front() == '-' || (part.front() >= '0' && part.front() <= '9') ? "\n"
             : language == Language::en                                          ? " "
                                                                                 : "";
    out += part;
  }
  return out;
}

}  // namespace

Async<Narration> Narrator::narrate(digest::Digest digest, std::string deterministic_text,
                                   Language language, std::size_t max_characters) {
  if (model_ == nullptr) {
    co_return Narration{.text = std::move(deterministic_text), .reason = "no model is configured"};
  }
  Redactor redactor(options_.redaction);
  const Json data = digest_for_model(digest, deterministic_text, redactor);
  const std::string rules = system_prompt(language, max_characters);
  std::string complaint;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ChatRequest request;
    request.system = rules;
    request.user = user_prompt(data, language, redactor.redact(complaint));
    request.max_tokens = options_.max_tokens;
    request.temperature = options_.temperature;
    auto answer = co_await model_->complete(std::move(request));
    if (!answer) {
      co_return Narration{.text = std::move(deterministic_text),
                          .reason = "the model did not answer: " + answer.error().message};
    }
    std::string text = tidy(*answer, language);
    const CheckOptions check{
        .language = language, .max_characters = max_characters, .private_text = rules};
    const auto found = find_complaint(digest, deterministic_text, text, check);
    if (!found) co_return Narration{.text = std::move(text), .from_model = true};
    complaint = found->reason;
  }
  co_return Narration{.text = std::move(deterministic_text),
                      .reason = "the model's text was refused twice, the last time because: " +
                                redactor.redact(complaint)};
}

}  // namespace mtc::narration
