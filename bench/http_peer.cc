#include "http_peer.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace mtc::bench {
namespace {

constexpr int kPatienceMs = 10'000;

Error unavailable(std::string_view what, int error) {
  return {Errc::unavailable, fmt::format("{}: {}", what, std::strerror(error))};
}

}  // namespace

Result<HttpPeer> HttpPeer::connect(const McpTarget& target) {
  FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return fail(unavailable("cannot open a socket", errno));
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(target.port)};
  inet_pton(AF_INET, target.host.c_str(), &address.sin_addr);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(
        unavailable(fmt::format("cannot connect to {}:{}", target.host, target.port), errno));
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return HttpPeer(std::move(fd));
}

Result<> HttpPeer::send(std::string_view request) {
  filled_ = 0;
  while (!request.empty()) {
    const auto sent = ::send(fd(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0) return fail(unavailable("cannot send", errno));
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::optional<HttpAnswer>> HttpPeer::receive() {
  if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const auto got = ::recv(fd(), buffer_.data() + filled_, buffer_.size() - filled_, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  if (got < 0) return fail(unavailable("cannot receive", errno));
  if (got == 0) return fail(Errc::unavailable, "the server closed the connection");
  filled_ += static_cast<std::size_t>(got);
  return read_answer(std::string_view(buffer_).substr(0, filled_));
}

Result<HttpAnswer> HttpPeer::exchange(std::string_view request) {
  if (auto ok = send(request); !ok) return fail(std::move(ok).error());
  while (true) {
    pollfd waiting{.fd = fd(), .events = POLLIN};
    if (::poll(&waiting, 1, kPatienceMs) == 0) {
      return fail(Errc::timed_out, "no answer within ten seconds");
    }
    auto answer = receive();
    if (!answer) return fail(std::move(answer).error());
    if (*answer) return **answer;
  }
}

}  // namespace mtc::bench
