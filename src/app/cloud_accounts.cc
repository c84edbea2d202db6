#include "app/cloud_accounts.h"

namespace mtc::app {
namespace {

constexpr auto kReadAgainAfter = std::chrono::seconds(30);

tencent::ClientOptions client_options(const TencentSettings& settings) {
  tencent::ClientOptions options;
  if (settings.internal) options.endpoint.base_host = "internal.tencentcloudapi.com";
  options.endpoint.override_url = settings.endpoint;
  return options;
}

}  // namespace

Async<Result<tencent::Credentials>> StoredCredentials::current() {
  if (cached_ && clock_.now() - read_at_ < kReadAgainAfter) co_return *cached_;
  co_return co_await refresh();
}

Async<Result<tencent::Credentials>> StoredCredentials::refresh() {
  auto stored = co_await vault_.find(owner_);
  if (!stored) co_return fail(std::move(stored).error());
  if (!*stored) {
    auto found = co_await environment_.current();
    if (!found) {
      co_return fail(Errc::unauthenticated,
                     "no Tencent Cloud key; store one with `mcp-tencent-cloud credential set`, or "
                     "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY");
    }
    co_return found;
  }
  cached_ = tencent::Credentials{.secret_id = (*stored)->secret_id,
                                 .secret_key = (*stored)->secret_key,
                                 .token = (*stored)->token};
  read_at_ = clock_.now();
  co_return *cached_;
}

CloudAccounts::Account& CloudAccounts::account(identity::UserId user) {
  auto& account = accounts_[user];
  if (!account) account = std::make_unique<Account>(ports_, user, client_options(settings_));
  return *account;
}

logs::LogStore& CloudAccounts::log_store(const identity::User& user, std::string region) {
  if (region.empty()) region = settings_.region;
  Account& owner = account(user.id);
  auto& store = owner.stores[region];
  if (!store) store = std::make_unique<tencent::ClsLogStore>(owner.client, ports_.random, region);
  return *store;
}

logs::LogAdmin& CloudAccounts::log_admin(const identity::User& user, std::string region) {
  if (region.empty()) region = settings_.region;
  Account& owner = account(user.id);
  auto& admin = owner.admins[region];
  if (!admin) admin = std::make_unique<tencent::ClsLogAdmin>(owner.client, ports_.clock, region);
  return *admin;
}

clusters::CloudClusters& CloudAccounts::clusters(const identity::User& user) {
  return account(user.id).clusters;
}

clusters::Metrics& CloudAccounts::metrics(const identity::User& user) {
  return account(user.id).metrics;
}

}  // namespace mtc::app
