// One kept connection to an HTTP server: sends whole requests, finds whole answers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "file_descriptor.h"
#include "http_answer.h"
#include "mcp_requests.h"

namespace mtc::bench {

class HttpPeer {
 public:
  // Errc::unavailable if nobody listens.
  static Result<HttpPeer> connect(const McpTarget& target);

  int fd() const { return fd_.get(); }
  // Requests are small: one that does not fit the socket's buffer waits. Errc::unavailable: the
  // server has gone.
  Result<> send(std::string_view request);
  // Reads what has arrived, once, without waiting. The answer is valid until the next call.
  Result<std::optional<HttpAnswer>> receive();
  // One request and its answer. Errc::timed_out after ten seconds.
  Result<HttpAnswer> exchange(std::string_view request);

 private:
  explicit HttpPeer(FileDescriptor fd) : fd_(std::move(fd)) {}

  FileDescriptor fd_;
  std::string buffer_ = std::string(std::size_t{64} << 10U, '\0');
  std::size_t filled_ = 0;
};

}  // namespace mtc::bench
