// What a model is told: rules of the ear as instructions, the digest as data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/language.h"
#include "domain/digest/digest.h"
#include "domain/narration/redaction.h"

namespace mtc::narration {

// The rules. Hold nothing of the data. In English twice as many letters are allowed as characters
// in Chinese.
std::string system_prompt(Language language, std::size_t max_characters);

// The digest, small (some 4 KB at most) and ready to be said: moments as clock times, changes as
// percentages. Texts out of logs are redacted, cut and stand under "log_texts", so that the rules
// can name the place where nothing is an order.
Json digest_for_model(const digest::Digest& digest, std::string_view deterministic_text,
                      Redactor& redactor);

// The data between <data> and </data>, which cannot occur inside, and what is wanted of it.
// `complaint` is what was wrong with the first answer; empty the first time.
std::string user_prompt(const Json& data, Language language, std::string_view complaint);

}  // namespace mtc::narration
