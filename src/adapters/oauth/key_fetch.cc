#include "adapters/oauth/key_fetch.h"

#include <fmt/format.h>

#include "adapters/oauth/discovery.h"
#include "adapters/oauth/freshness.h"
#include "base/json.h"

namespace mtc::oauth {
namespace {

constexpr Millis kTimeout{5'000};
constexpr std::size_t kMaxBytes = 256U << 10U;
constexpr int kMaxDepth = 16;

struct Document {
  Json json;
  HttpHeaders headers;
};

std::unexpected<Error> unavailable(std::string message) {
  return fail(Errc::unavailable, std::move(message));
}

std::unexpected<Error> no_response(Error error) {
  if (error.code != Errc::cancelled) error.code = Errc::unavailable;
  return fail(std::move(error));
}

Result<Document> read_document(OutboundResponse response) {
  if (response.status >= 300 && response.status < 400)
    return unavailable("it answers with a redirect, which is not followed");
  if (response.status != 200)
    return unavailable(fmt::format("it answers with status {}", response.status));
  auto json = parse_json(response.body, kMaxDepth);
  if (!json || !json->is_object()) return unavailable("it answers with something else than JSON");
  return Document{.json = std::move(*json), .headers = std::move(response.headers)};
}

OutboundRequest request_for(std::string url) {
  return {.url = std::move(url),
          .headers = {{"Accept", "application/json"}},
          .timeout = kTimeout,
          .max_response_bytes = kMaxBytes};
}

Async<Result<std::string>> find_keys(HttpTransport& http, const IssuerSettings& settings) {
  if (!settings.jwks_url.empty()) co_return settings.jwks_url;
  std::string reason;
  for (auto& address : metadata_addresses(settings.issuer)) {
    auto response = co_await http.send(request_for(std::move(address)));
    if (!response) co_return no_response(std::move(response).error());
    const auto metadata = read_document(std::move(*response));
    if (metadata) co_return read_keys_address(metadata->json, settings.issuer);
    reason = metadata.error().message;
  }
  co_return unavailable("it has no metadata: " + reason);
}

Result<FetchedKeys> read_keys(OutboundResponse response) {
  auto document = read_document(std::move(response));
  if (!document) return fail_in("its keys", std::move(document).error());
  auto keys = parse_jwks(document->json);
  if (!keys) return unavailable("its keys: " + keys.error().message);
  if (keys->keys.empty()) {
    return unavailable("its keys: none can be used" +
                       (keys->ignored.empty() ? "" : " (" + keys->ignored.front() + ")"));
  }
  return FetchedKeys{.keys = std::move(*keys), .freshness = freshness_of(document->headers)};
}

}  // namespace

Async<Result<FetchedKeys>> fetch_keys(HttpTransport& http, const IssuerSettings& settings) {
  auto address = co_await find_keys(http, settings);
  if (!address) co_return fail(std::move(address).error());
  auto response = co_await http.send(request_for(std::move(*address)));
  if (!response) co_return no_response(std::move(response).error());
  co_return read_keys(std::move(*response));
}

}  // namespace mtc::oauth
