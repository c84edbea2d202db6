// Words about alerts that can be said aloud, whatever the texts from outside hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/alerts/alert.h"

namespace mtc::alerts {

// The letters, figures and Chinese characters of a name, at most that many characters; signs become
// blanks. May be empty.
std::string audible(std::string_view name, std::size_t characters = 32);
// The same without the words that are ids or addresses.
std::string audible_words(std::string_view text, std::size_t characters = 32);

// What it is about: "payment", "一个节点", "广州生产". May be empty.
std::string spoken_subject(const Subject& subject, Language language);
// What the matter is: "CPU 利用率", "CPU usage", a policy's name.
std::string spoken_trouble(const Alert& alert, Language language);

// 百分之九十五, 三百二十毫秒; "95 percent". Empty where it is no number.
std::string say_measured(double value, std::string_view unit, Language language);
// 三号, 一二零四号; "number three": each figure is heard.
std::string say_alert_number(std::int64_t number, Language language);
std::string say_points(double score, Language language);  // 八十六分; "86 points"

// "告警" behind a name: a blank where the name ends in a Latin letter. Blanks around the Chinese
// are closed by close_gaps().
std::string spaced(std::string_view first, std::string_view second);

// Whether it holds Chinese characters.
bool is_chinese(std::string_view text);

}  // namespace mtc::alerts
