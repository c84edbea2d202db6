// Small files as a whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc {

// Errc::not_found, Errc::denied, Errc::invalid_argument (a directory), Errc::resource_exhausted
// (more than max_bytes).
Result<std::string> read_file(const std::string& path,
                              std::size_t max_bytes = std::size_t{16} << 20);

// Replaces the file in one step: whoever reads it sees the old or the new content, also after a
// power cut. Written to a new file beside it, synced, renamed. An existing file keeps its
// permission bits, a new one has `mode` (less the umask). A device or pipe is written into, a link
// is followed. Errc::denied, Errc::not_found (no such
// directory), Errc::resource_exhausted (disk full, quota).
Result<void> write_file(const std::string& path, std::string_view content, unsigned mode = 0644);

}  // namespace mtc
