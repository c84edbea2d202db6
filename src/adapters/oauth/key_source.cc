#include "adapters/oauth/key_source.h"

#include <spdlog/spdlog.h>

#include "adapters/oauth/key_fetch.h"
#include "infra/http/url.h"

namespace mtc::oauth {

KeySource::KeySource(asio::any_io_executor executor, HttpTransport& http, const Clock& clock,
                     const IssuerSettings& settings)
    : http_(http), clock_(clock), settings_(settings), fetches_(std::move(executor)) {}

Async<Result<KeySource::Keys>> KeySource::current() {
  if (keys_ && is_fresh()) co_return keys_;
  co_await refresh();
  if (keys_ && clock_.now() < fresh_until_ + kMostStaleness) co_return keys_;
  co_return fail(Errc::unavailable,
                 "the issuer of the token does not tell its keys now; try again later");
}

Async<Result<KeySource::Keys>> KeySource::newest() {
  co_await refresh();
  if (last_failure_ || !keys_) {
    co_return fail(Errc::unavailable,
                   "the token is signed with a key that its issuer cannot be asked about now; try "
                   "again later");
  }
  co_return keys_;
}

Async<> KeySource::stop() {
  fetches_.stop();
  co_await fetches_.join();
}

Async<> KeySource::refresh() {
  if (fetches_.size() == 0) {
    if (!may_fetch()) co_return;
    last_fetch_ = clock_.now();
    fetches_.spawn("keys of the token issuer", fetch());
  }
  co_await fetches_.join();
}

Async<> KeySource::fetch() {
  auto fetched = co_await fetch_keys(http_, settings_);
  if (!fetched) {
    last_failure_ = std::move(fetched).error();
    if (last_failure_->code != Errc::cancelled) {
      spdlog::warn("the token issuer {}: {}", host_of_url(settings_.issuer).value_or(""),
                   last_failure_->message);
    }
    co_return;
  }
  last_failure_.reset();
  keys_ = std::make_shared<const JwkSet>(std::move(fetched->keys));
  fresh_from_ = clock_.now();
  fresh_until_ = fresh_from_ + fetched->freshness;
}

// The machine's clock may be set back: a time in the future says nothing about how long ago it was.
bool KeySource::is_fresh() const {
  const auto now = clock_.now();
  return now >= fresh_from_ && now < fresh_until_;
}

bool KeySource::may_fetch() const {
  const Millis pause = keys_ ? kPauseWithKeys : kPauseWithoutKeys;
  if (!last_fetch_) return true;
  const Millis since = clock_.now() - *last_fetch_;
  return since < Millis{0} || since >= pause;
}

}  // namespace mtc::oauth
