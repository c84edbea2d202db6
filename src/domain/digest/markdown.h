// The digest as Markdown, for chat and for documents.
#pragma once

#include <string>

#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

// CommonMark with GFM tables. Log text stands in code spans and cannot act.
std::string render_markdown(const Digest& digest, Language language);

}  // namespace mtc::digest
