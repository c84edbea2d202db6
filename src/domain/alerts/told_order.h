// In which order alerts are told, so that "第二条" is the one that was told second.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "domain/alerts/alert.h"

namespace mtc::alerts {

// Indices into `alerts`: what a person has to do first, then what fires and nobody has looked at,
// what is being worked on, what has ended, and what is silenced; the highest score first.
std::vector<std::size_t> told_order(std::span<const Alert> alerts);

bool needs_person(const Alert& alert);  // fires, and was handed over

}  // namespace mtc::alerts
