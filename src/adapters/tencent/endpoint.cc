#include "adapters/tencent/endpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "infra/http/url.h"

namespace mtc::tencent {
namespace {

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<Endpoint> from_override(std::string_view url) {
  const auto broken = [&url] {
    return fail(Errc::invalid_argument,
                fmt::format("the Tencent Cloud endpoint \"{}\" is not usable: expected "
                            "http://host:port or https://host",
                            shorten_bytes(sanitize_utf8(url), 200)));
  };
  const bool https = url.starts_with("https://");
  if (!https && !url.starts_with("http://")) return broken();
  std::string_view authority = url.substr(https ? 8 : 7);
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const bool valid = !authority.empty() && std::ranges::all_of(authority, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
  const auto host = host_of_url(url);
  if (!valid || !host) return broken();
  // Signatures keep the secret key out of the request, but log lines and tokens would travel in
  // clear.
  if (!https && !is_loopback(*host)) {
    return fail(
        Errc::invalid_argument,
        fmt::format("the Tencent Cloud endpoint \"{}\" would send logs unencrypted over the "
                    "network: write https://, or http:// with an address of this machine "
                    "(127.0.0.1)",
                    shorten_bytes(url, 200)));
  }
  // HTTP clients leave a default port out of the Host header.
  const std::string_view default_port = https ? ":443" : ":80";
  if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
  return Endpoint{.url = fmt::format("{}://{}/", https ? "https" : "http", authority),
                  .host = std::string(authority)};
}

}  // namespace

Result<Endpoint> resolve(const EndpointOptions& options, std::string_view service,
                         std::string_view region) {
  if (!is_label(service))
    return fail(Errc::invalid_argument, "that is not the name of a Tencent Cloud product");
  if (!region.empty() && !is_label(region)) {
    return fail(Errc::invalid_argument,
                fmt::format("\"{}\" is not a Tencent Cloud region; an example is ap-guangzhou",
                            shorten_bytes(sanitize_utf8(region), 64)));
  }
  if (!options.override_url.empty()) return from_override(options.override_url);
  const bool regional = !region.empty() && (options.regional || region.ends_with("-fsi"));
  std::string host = regional ? fmt::format("{}.{}.{}", service, region, options.base_host)
                              : fmt::format("{}.{}", service, options.base_host);
  return Endpoint{.url = fmt::format("https://{}/", host), .host = std::move(host)};
}

}  // namespace mtc::tencent
