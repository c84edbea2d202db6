#include "web/share_links.h"

#include "base/encoding.h"
#include "infra/crypto/sha256.h"

namespace mtc::web {
namespace {

constexpr std::size_t kTokenBytes = 24;  // 192 bit: not to be guessed

std::string hash_of(std::string_view token) {
  return to_hex(sha256(token));
}

}  // namespace

Async<Result<std::string>> ShareLinks::create(std::string digest_id, std::chrono::hours lifetime) {
  const std::string token = random_token(random_, kTokenBytes);
  auto saved =
      co_await store_.save_share(hash_of(token), std::move(digest_id), clock_.now() + lifetime);
  if (!saved) co_return fail(std::move(saved).error());
  co_return public_url_ + "/d/" + token;
}

Async<Result<std::optional<digest::Digest>>> ShareLinks::open(std::string token) {
  auto digest_id = co_await store_.find_share(hash_of(token), clock_.now());
  if (!digest_id) co_return fail(std::move(digest_id).error());
  if (!*digest_id) co_return std::optional<digest::Digest>{};
  co_return co_await store_.find_digest(std::move(**digest_id));
}

}  // namespace mtc::web
