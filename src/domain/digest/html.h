// The digest as one self-contained page: for mail, for the share page and for the file that
// `analyze --html` writes.
#pragma once

#include <string>

#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

// A whole document without scripts and without anything loaded from elsewhere; light and dark;
// readable on a phone and in mail clients. All log text is escaped.
std::string render_html(const Digest& digest, Language language);

}  // namespace mtc::digest
