#include "domain/narration/fact_check.h"

#include "base/text.h"
#include "domain/narration/checks.h"
#include "domain/narration/digest_names.h"
#include "domain/narration/number_check.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {
namespace {

using digest::Digest;

std::string log_words_of(const Digest& digest) {
  std::string out;
  for (const auto* list : {&digest.top_errors, &digest.new_templates}) {
    for (const auto& total : *list) out += total.text + "\n";
  }
  for (const auto& keyword : digest.keywords) out += keyword.word + "\n";
  return out;
}

std::optional<Complaint> check_omission(std::string_view lower, std::string_view own,
                                        const Digest& digest, int supported) {
  const auto is_left_out = [&](const std::string& service) {
    const auto name = name_of_service(service);
    return name.is_mentioned_in(own) && !name.is_mentioned_in(lower);
  };
  for (const auto& spike : digest.spikes) {
    if (is_left_out(spike.service))
      return complain(Objection::omission, "the trouble of this service is left out",
                      spike.service);
  }
  for (const auto& question : digest.questions) {
    if (is_left_out(question.service)) {
      return complain(Objection::omission, "the trouble of this service is left out",
                      question.service);
    }
  }
  if (digest.errors() > 0 && supported == 0 && !find_claims(own).empty()) {
    return Complaint{Objection::omission, "say at least how many errors there were"};
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Objection kind) {
  switch (kind) {
    case Objection::empty:
      return "empty";
    case Objection::too_long:
      return "too_long";
    case Objection::form:
      return "form";
    case Objection::language:
      return "language";
    case Objection::leak:
      return "leak";
    case Objection::action:
      return "action";
    case Objection::claim:
      return "claim";
    case Objection::order:
      return "order";
    case Objection::name:
      return "name";
    case Objection::calm:
      return "calm";
    case Objection::number:
      return "number";
    case Objection::omission:
      return "omission";
  }
  return "unknown";
}

std::optional<Complaint> find_complaint(const Digest& digest, std::string_view deterministic_text,
                                        std::string_view text, const CheckOptions& options) {
  if (trim(text).empty()) return Complaint{Objection::empty, "there is no text"};
  const std::size_t limit = options.max_characters * (options.language == Language::en ? 2 : 1);
  if (const auto size = count_characters(text); size > limit) {
    return Complaint{Objection::too_long, "the text has " + std::to_string(size) +
                                              " characters; at most " + std::to_string(limit) +
                                              " are allowed"};
  }
  const auto names = known_names(digest);
  const std::string blanked = without_names(text, names);
  const std::string lower = to_lower_ascii(text);
  const std::string own = to_lower_ascii(deterministic_text);
  if (auto c = check_form(blanked, text)) return c;
  if (auto c = check_language(blanked, deterministic_text, options.language)) return c;
  if (auto c = check_leak(text, options.private_text)) return c;
  if (auto c = check_actions(blanked, own)) return c;
  if (auto c = check_subjects(blanked, own, log_words_of(digest))) return c;
  if (auto c = check_orders(blanked, own, !digest.questions.empty())) return c;
  if (auto c = check_names(blanked, deterministic_text, options.language, digest)) return c;
  NumberCheck numbers(digest, deterministic_text, names);
  for (const auto& clause : clauses_of(text, digest, names)) {
    if (auto c = check_calm(clause.text, own, digest)) return c;
    if (auto c = numbers.check(clause)) return c;
  }
  return check_omission(lower, own, digest, numbers.supported());
}

}  // namespace mtc::narration
