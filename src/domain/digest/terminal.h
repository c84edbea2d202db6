// The digest on a terminal: columns that line up also where characters are two columns wide.
#pragma once

#include <cstddef>
#include <string>

#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

struct TerminalOptions {
  Language language = Language::zh;
  std::size_t width = 100;  // columns; at least 40 are used
  bool color = false;       // ANSI colours
};

std::string render_text(const Digest& digest, const TerminalOptions& options = {});

}  // namespace mtc::digest
