// The single checks behind fact_check.h; each answers its first objection. `text` is what the model
// wrote, `own_text` the deterministic text: what that says may be said.
#pragma once

#include <optional>
#include <string_view>

#include "domain/digest/digest.h"
#include "domain/narration/fact_check.h"

namespace mtc::narration {

Complaint complain(Objection kind, std::string_view what, std::string_view quoted = {});

// The form is judged without the digest's own names (`blanked`) but for what blanking would hide.
std::optional<Complaint> check_form(std::string_view blanked, std::string_view text);
std::optional<Complaint> check_language(std::string_view blanked, std::string_view own_text,
                                        Language language);
std::optional<Complaint> check_leak(std::string_view text, std::string_view private_text);
std::optional<Complaint> check_actions(std::string_view blanked, std::string_view own_text);
std::optional<Complaint> check_subjects(std::string_view blanked, std::string_view own_text,
                                        std::string_view log_text);
std::optional<Complaint> check_orders(std::string_view blanked, std::string_view own_text,
                                      bool asks_for_a_look);
std::optional<Complaint> check_names(std::string_view blanked, std::string_view own_text,
                                     Language language, const digest::Digest& digest);
// One clause, in lower case.
std::optional<Complaint> check_calm(std::string_view clause, std::string_view own_text,
                                    const digest::Digest& digest);

}  // namespace mtc::narration
