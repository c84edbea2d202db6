// What the written renderings have in common: labels in both languages, figures, and sentences
// about single findings. Everything returned is plain text; whoever puts it into markup escapes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/zone.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

struct Labels {
  std::string_view title, lines, errors, warnings, services, service, kinds_of_lines, course,
      questions, spikes, new_lines, top_errors, keywords, frequent, count, example, when, what,
      coverage, created;
};
const Labels& labels_for(Language language);

// 4213377 → "4,213,377": for the eye only.
std::string figure(std::int64_t number);

// "比前一天 1,400 少 12%", "12% fewer than the day before (1,400)"; empty without a comparison.
std::string errors_compared(const Digest& digest, Language language);

// "最高一分钟 60 条，平时 1.5 条", "80 in the worst minute, usually 2".
std::string spike_height(const Spike& spike, Language language);
// "02:08 – 02:14", with the day where the period has several.
std::string spike_time(const Digest& digest, const Spike& spike);
// A moment of the digest's period on the user's clock: "02:08:31", with the day where the period
// has several.
std::string clock_time(const Digest& digest, TimePoint time);

std::string question_text(const Digest& digest, const OpenQuestion& question, Language language);

// How much was read, and what is missing.
std::string coverage_text(const Digest& digest, Language language);

// The name, or what a nameless one (kOtherServices too) is called.
std::string service_label(std::string_view service, Language language);

// True if there is anything worth a table of services.
bool knows_services(const Digest& digest);

}  // namespace mtc::digest
