// How wide a number is meant: what of the measured values it may stand for.
#pragma once

#include "domain/narration/number_literal.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {

// What the words around a number say about its exactness.
enum class Margin { exact, about, more, less };

Margin margin_before(std::string_view before);
// Behind the number (多, 左右); moves `end` behind these words.
Margin margin_after(std::string_view text, std::size_t& end, Margin before);

Reading count_reading(const Literal& n, Margin margin);
Reading percent_reading(double value, double unit, Margin margin);
Reading times_reading(double value, double unit, Margin margin);
Reading duration_reading(double amount, double seconds_each, Margin margin);

}  // namespace mtc::narration
