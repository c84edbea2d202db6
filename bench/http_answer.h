// Finds where an HTTP/1.1 answer ends, and no more: a load generator must cost far less than the
// server it measures.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace mtc::bench {

// Views of the bytes it was read from.
struct HttpAnswer {
  int status = 0;
  std::string_view head;  // status line and headers
  std::string_view body;  // as on the wire: a chunked body still has its chunk heads
  std::size_t size() const { return head.size() + body.size(); }
};

// The answer at the start of `bytes`; nullopt while part of it is still to come.
// Errc::invalid_argument for what is not HTTP/1.1, or has a body that ends with the connection.
Result<std::optional<HttpAnswer>> read_answer(std::string_view bytes);

// The value of a header without the blanks around it; empty if it is absent.
std::string_view header_of(std::string_view head, std::string_view name);

}  // namespace mtc::bench
