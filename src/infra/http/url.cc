#include "infra/http/url.h"

#include <boost/asio/ip/address.hpp>

#include "base/text.h"

namespace mtc {

Result<std::string> host_of_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto scheme = scheme_end == std::string_view::npos ? "" : url.substr(0, scheme_end);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) {
    return fail(Errc::invalid_argument, "only http:// and https:// addresses can be requested");
  }
  std::string_view rest = url.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) {
    rest = rest.substr(1, rest.find(']') - 1);
  } else {
    rest = rest.substr(0, rest.find(':'));
  }
  if (rest.empty()) return fail(Errc::invalid_argument, "the address has no host");
  return std::string(rest);
}

bool is_loopback(std::string_view host) {
  if (equals_ignoring_case(host, "localhost")) return true;
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(std::string(host), no_address);
  return !no_address && address.is_loopback();
}

}  // namespace mtc
