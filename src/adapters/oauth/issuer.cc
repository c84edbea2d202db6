#include "adapters/oauth/issuer.h"

#include <utility>

namespace mtc::oauth {

Issuer::Issuer(asio::any_io_executor executor, HttpTransport& http, const Clock& clock,
               IssuerSettings settings)
    : settings_(std::move(settings)),
      rules_{.issuer = settings_.issuer, .audiences = settings_.audiences},
      clock_(clock),
      keys_(std::move(executor), http, clock, settings_) {}

Async<Result<AccessToken>> Issuer::verify(std::string token) {
  const auto jws = parse_jws(token);
  if (!jws) co_return fail(jws.error());
  // Before the signature: what is refused anyway must not make us ask the issuer for keys.
  const auto claims = read_claims(jws->payload, rules_, clock_.now());
  if (!claims) co_return fail(claims.error());
  if (auto checked = co_await check_signer(*jws); !checked)
    co_return fail(std::move(checked).error());
  co_return read_access_token(*claims, settings_);
}

Async<Result<>> Issuer::check_signer(const Jws& jws) {
  const auto keys = co_await keys_.current();
  if (!keys) co_return fail(keys.error());
  auto verdict = check_signature(jws, **keys);
  if (verdict == SignatureVerdict::unknown_key) {
    const auto newest = co_await keys_.newest();
    if (!newest) co_return fail(newest.error());
    if (*newest != *keys) verdict = check_signature(jws, **newest);
  }
  co_return require_valid(verdict);
}

}  // namespace mtc::oauth
