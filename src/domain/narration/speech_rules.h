// The part of the check that needs no figures: how a text for the ear may look and what it may
// never talk about.
#pragma once

#include <optional>
#include <string_view>

#include "domain/narration/fact_check.h"

namespace mtc::narration {

// `text` with the digest's own names blanked out; `own_text` is the deterministic text: what it
// says may be said.
std::optional<Complaint> check_form(std::string_view text);
std::optional<Complaint> check_language(std::string_view text, std::string_view own_text,
                                        Language language);
std::optional<Complaint> check_leak(std::string_view text, std::string_view private_text);
std::optional<Complaint> check_actions(std::string_view text, std::string_view own_text);
std::optional<Complaint> check_subjects(std::string_view text, std::string_view own_text,
                                        std::string_view log_text);
std::optional<Complaint> check_orders(std::string_view text, std::string_view own_text,
                                      bool asks_for_a_look);

}  // namespace mtc::narration
