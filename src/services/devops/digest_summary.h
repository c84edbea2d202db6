// What of a digest goes with the spoken report as data: the figures first, then what needs a look,
// the course of the night and the worst problems. The page web/apps/digest.html shows it.
#pragma once

#include "base/json.h"
#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::services {

// Sentences are in that language; log text is on one line and cannot steer a terminal or turn a
// line around, but is still text from outside.
Json digest_summary(const digest::Digest& digest, Language language);

const Json& digest_summary_schema();

}  // namespace mtc::services
