// What leaves for a model is redacted first: addresses, numbers that name a person, secrets.
// Scanners are written by hand and look at each byte a bounded number of times, so that hostile
// text costs no more than any other.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "domain/narration/sensitive.h"

namespace mtc::narration {

struct RedactionOptions {
  bool hostnames = false;  // also names such as db1.corp.example.com
};

// Replaces what is sensitive by placeholders: "<ip-1> refused <ip-2>". Equal texts get equal
// placeholders within one Redactor, so that relations survive; use one Redactor for all texts of
// one request.
//
// There is no way back on purpose. An answer could put a placeholder anywhere, also where a log
// line told the model to; filling in the original would then carry a secret to wherever the answer
// goes. And nothing that is redacted is ever spoken.
class Redactor {
 public:
  explicit Redactor(RedactionOptions options = {}) : options_(options) {}

  // Any bytes. The result is valid UTF-8 without invisible characters; full-width letters and
  // digits become plain ones, so that they cannot hide anything. It may still hold what no rule
  // knows: names of people, business data in free text.
  std::string redact(std::string_view text);

 private:
  std::string placeholder(Sensitive kind, std::string_view original);

  RedactionOptions options_;
  std::map<std::pair<Sensitive, std::string>, int> numbers_;
  std::map<Sensitive, int> counts_;
};

// One text by itself.
std::string redact(std::string_view text, RedactionOptions options = {});

}  // namespace mtc::narration
