#include "adapters/xiaozhi/address.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"

namespace mtc::xiaozhi {
namespace {

constexpr std::string_view kToolSegment = "/mcp/";
constexpr std::string_view kCallerSegment = "/call/";
constexpr std::string_view kTokenName = "token=";

// The value of the parameter as it stands in the query, still percent-encoded.
std::optional<std::string_view> raw_token(std::string_view query) {
  for (const auto part : split(query, '&')) {
    if (part.starts_with(kTokenName)) return part.substr(kTokenName.size());
  }
  return std::nullopt;
}

// Base64 as it is pasted: the relay would read a bare '+' as a blank.
std::string encode_token(std::string_view raw) {
  std::string out;
  for (const char c : raw) {
    const bool bare = c == '+' || c == '/' || c == '=';
    out += bare ? percent_encode({&c, 1}) : std::string(1, c);
  }
  return out;
}

bool is_hosted(std::string_view host) {
  return host == "xiaozhi.me" || host.ends_with(".xiaozhi.me");
}

bool looks_like_jwt(std::string_view token) {
  return token.starts_with("eyJ") && std::count(token.begin(), token.end(), '.') == 2;
}

}  // namespace

std::optional<std::string> EndpointAddress::caller_url() const {
  if (hosted) return std::nullopt;
  const auto at = url.path.rfind(kToolSegment);
  if (at == std::string::npos) return std::nullopt;
  WebSocketUrl caller = url;
  caller.path.replace(at, kToolSegment.size(), kCallerSegment);
  return caller.text();
}

std::optional<TimePoint> expiry_of_token(std::string_view token) {
  const auto parts = split(token, '.');
  if (parts.size() != 3) return std::nullopt;
  auto body = parts[1];
  while (body.ends_with('=')) body.remove_suffix(1);
  const auto text = from_base64url(body);
  if (!text) return std::nullopt;
  const auto claims = parse_json(*text);
  if (!claims || !claims->is_object() || !claims->contains("exp")) return std::nullopt;
  const auto seconds = number_or(*claims, "exp", -1);
  // Beyond the year 9999 it is not a date but nonsense.
  if (!(seconds > 0 && seconds < 253402300800.0)) return std::nullopt;
  return TimePoint(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

Result<EndpointAddress> parse_endpoint_address(std::string_view text) {
  auto url = parse_websocket_url(text);
  if (!url) return fail_in("XiaoZhi endpoint", std::move(url).error());
  EndpointAddress address{.url = std::move(*url)};
  const std::string shown = address.shown();
  if (address.url.path.ends_with("/mcp")) address.url.path += '/';
  if (address.url.path.ends_with("/call") || address.url.path.ends_with("/call/")) {
    return fail(
        Errc::invalid_argument,
        "XiaoZhi endpoint " + shown +
            ": this is the address for voice servers; a tool server needs the one with /mcp/");
  }
  const auto raw = raw_token(address.url.query);
  if (!raw || raw->empty()) {
    return fail(Errc::invalid_argument,
                "XiaoZhi endpoint " + shown +
                    ": the address has no token; copy it whole from the console (…/mcp/?token=…)");
  }
  const std::string encoded = encode_token(*raw);
  const auto token = percent_decode(encoded);
  if (!token) {
    return fail(
        Errc::invalid_argument,
        "XiaoZhi endpoint " + shown + ": the token holds a broken percent escape; copy it again");
  }
  address.token = *token;
  address.url.query = replace_all(address.url.query, std::string(kTokenName) + std::string(*raw),
                                  std::string(kTokenName) + encoded);
  address.hosted = is_hosted(address.url.host) || looks_like_jwt(address.token);
  address.expires = expiry_of_token(address.token);
  return address;
}

Result<std::vector<EndpointAddress>> parse_endpoint_addresses(
    const std::vector<std::string>& texts) {
  std::vector<EndpointAddress> out;
  for (const auto& text : texts) {
    auto address = parse_endpoint_address(text);
    if (!address) return fail(std::move(address).error());
    for (const auto& other : out) {
      if (other.token == address->token && other.url.host == address->url.host) {
        return fail(Errc::invalid_argument,
                    "XiaoZhi endpoint " + address->shown() +
                        ": the same token is configured twice; the two connections would throw "
                        "each other out, so remove one");
      }
    }
    out.push_back(std::move(*address));
  }
  return out;
}

}  // namespace mtc::xiaozhi
