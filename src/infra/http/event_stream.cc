#include "infra/http/event_stream.h"

namespace mtc {

std::string format_event(std::string_view data, std::string_view id) {
  std::string out = "event: message\n";
  if (!id.empty()) out.append("id: ").append(id).append("\n");
  // CR, LF and CRLF each end a line of the stream, so each starts a new data line.
  std::size_t start = 0;
  while (true) {
    const auto end = data.find_first_of("\r\n", start);
    out.append("data: ").append(data.substr(start, end - start)).append("\n");
    if (end == std::string_view::npos) break;
    start = end + (data.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  return out.append("\n");
}

HttpHeaders event_stream_headers() {
  return {{"Content-Type", "text/event-stream"},
          {"Cache-Control", "no-cache"},
          {"X-Accel-Buffering", "no"}};
}

}  // namespace mtc
