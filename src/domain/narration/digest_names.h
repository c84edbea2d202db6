// The names a digest holds, as a text may say them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/digest/digest.h"

namespace mtc::narration {

// A service by its full name and as people call it: payment-7d9f4c5b6-x2k4q is payment. Lower case.
struct ServiceName {
  std::string service;  // as it stands in the digest
  std::string full;
  std::string spoken;
  bool is_mentioned_in(std::string_view lower) const;
};

ServiceName name_of_service(const std::string& service);
std::vector<ServiceName> services_of(const digest::Digest& digest);

// Names of the digest that a text may hold as they are, in lower case, longest first. Whoever
// writes a log line may choose a service's name, so one that is a sentence, or says a number
// in words, is none of them.
std::vector<std::string> known_names(const digest::Digest& digest);

// The text with these names blanked, byte for byte: their digits and hyphens are not claims.
std::string without_names(std::string_view text, const std::vector<std::string>& names);

}  // namespace mtc::narration
