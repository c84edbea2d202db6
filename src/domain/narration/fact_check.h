// Judges what a model wrote about a digest before anybody hears it. Pure; the text is data,
// whatever it says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::narration {

enum class Objection : std::uint8_t {
  empty,
  too_long,
  form,  // Markdown, JSON, code, addresses, ids, placeholders, list marks, other scripts: nothing
         // for the ear
  language,
  leak,      // our instructions, or talk about being a model
  action,    // says that something was done; the digest only reports
  claim,     // users, customers, money, releases, culprits: what logs do not tell, unless they do
  order,     // tells the listener to do what the digest does not ask for
  name,      // a service that the digest does not know
  calm,      // says that all is well, or well again, where the data does not
  number,    // a number that nothing measured supports, or that belongs to another service, to
             // something else that was counted, to another stretch of time or the other direction
  omission,  // leaves out the trouble that the deterministic text tells
};

std::string_view name_of(Objection kind);

struct Complaint {
  Objection kind = Objection::empty;
  std::string reason;  // in English, for the model's second attempt and for the log; quotes at most
                       // a few words
};

struct CheckOptions {
  Language language = Language::zh;
  std::size_t max_characters = 300;  // as in digest/speech.h: two letters of English count as one
  std::string_view
      private_text;  // our instructions to the model; no longer piece of them may be heard
};

// The first objection, or nothing: then the text may be spoken. Every number must be a figure of
// the digest or of our own deterministic text, exact or rounded as spoken_claims.h allows (counts
// from 100 on and ratios within 5 %, percentages within half a point, clock times to the minute).
std::optional<Complaint> find_complaint(const digest::Digest& digest,
                                        std::string_view deterministic_text, std::string_view text,
                                        const CheckOptions& options);

}  // namespace mtc::narration
