#include "app/listen_address.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace mtc::app {

bool ListenAddress::is_loopback() const {
  boost::system::error_code not_an_address;
  return address == "localhost" ||
         boost::asio::ip::make_address(address, not_an_address).is_loopback();
}

std::string ListenAddress::url(std::uint16_t bound_port, bool tls) const {
  return fmt::format("{}://{}:{}", tls ? "https" : "http",
                     address.contains(':') ? "[" + address + "]" : address, bound_port);
}

Result<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  ListenAddress out;
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error == std::errc{} && end == port.data() + port.size() && !port.empty() &&
        !host.empty()) {
      out.address = host;
      return out;
    }
  }
  return fail(
      Errc::invalid_argument,
      fmt::format("\"{}\" is not an address with a port; write it as 127.0.0.1:8080", text));
}

}  // namespace mtc::app
