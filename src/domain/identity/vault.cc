#include "domain/identity/vault.h"

#include <fmt/format.h>

#include "base/json.h"

namespace mtc::identity {

namespace {

std::string place_of(CredentialOwner owner) {
  return fmt::format("credentials/{}", owner.value_or(0));
}

std::string describe(CredentialOwner owner) {
  return owner ? fmt::format("Tencent Cloud credential of user {}", *owner)
               : std::string("Tencent Cloud credential of the installation");
}

}  // namespace

Async<Result<void>> Vault::save(CredentialOwner owner, TencentCredential credential) {
  if (auto ok = check_credential(credential); !ok) co_return ok;
  const Json secret{{"secret_id", credential.secret_id},
                    {"secret_key", credential.secret_key},
                    {"token", credential.token}};
  co_return co_await repository_.save({.owner = owner,
                                       .hint = mask_secret_id(credential.secret_id),
                                       .region = credential.region,
                                       .sealed = cipher_.seal(dump_json(secret), place_of(owner)),
                                       .updated = clock_.now()});
}

Result<TencentCredential> Vault::open(const SealedCredential& sealed) const {
  auto text = cipher_.open(sealed.sealed, place_of(sealed.owner));
  if (!text) return fail_in(describe(sealed.owner), std::move(text).error());
  const auto json = parse_json(*text);
  if (!json || !json->is_object()) {
    return fail(Errc::internal,
                describe(sealed.owner) + ": it was stored in a form this program does not know");
  }
  return TencentCredential{.secret_id = string_or(*json, "secret_id"),
                           .secret_key = string_or(*json, "secret_key"),
                           .token = string_or(*json, "token"),
                           .region = sealed.region};
}

Async<Result<std::optional<TencentCredential>>> Vault::find(CredentialOwner owner) {
  auto sealed = co_await repository_.find(owner);
  if (sealed && !*sealed && owner) sealed = co_await repository_.find(std::nullopt);
  if (!sealed) co_return fail(std::move(sealed).error());
  if (!*sealed) co_return std::optional<TencentCredential>{};
  auto credential = open(**sealed);
  if (!credential) co_return fail(std::move(credential).error());
  co_return std::optional(std::move(*credential));
}

Async<Result<std::vector<CredentialInfo>>> Vault::list() {
  auto all = co_await repository_.all();
  if (!all) co_return fail(std::move(all).error());
  std::vector<CredentialInfo> infos;
  for (auto& one : *all) {
    infos.push_back({.owner = one.owner,
                     .hint = std::move(one.hint),
                     .region = std::move(one.region),
                     .updated = one.updated,
                     .newest_key = cipher_.is_current(one.sealed)});
  }
  co_return infos;
}

Async<Result<bool>> Vault::remove(CredentialOwner owner) {
  co_return co_await repository_.remove(owner);
}

Async<Result<ResealReport>> Vault::reseal() {
  auto all = co_await repository_.all();
  if (!all) co_return fail(std::move(all).error());
  ResealReport report;
  for (auto& one : *all) {
    if (cipher_.is_current(one.sealed)) {
      ++report.current;
      continue;
    }
    auto text = cipher_.open(one.sealed, place_of(one.owner));
    if (!text) co_return fail_in(describe(one.owner), std::move(text).error());
    auto fresh = cipher_.seal(*text, place_of(one.owner));
    auto replaced = co_await repository_.reseal(one.owner, std::move(one.sealed), std::move(fresh));
    if (!replaced) co_return fail(std::move(replaced).error());
    ++(*replaced ? report.resealed : report.current);
  }
  co_return report;
}

}  // namespace mtc::identity
