// The digest as Markdown, for chat and for documents.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

// CommonMark with GFM tables. Log text stands in code spans and cannot act. `spoken` is what was
// told of it; empty: the sentences are made here.
std::string render_markdown(const Digest& digest, Language language, std::string_view spoken = {});

}  // namespace mtc::digest
