#include "app/cloud_accounts.h"

#include "adapters/kubernetes/kubeconfig.h"
#include "adapters/kubernetes/kubernetes_api.h"

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

std::vector<alerts::AlarmHistory*> CloudAccounts::alarm_histories(
    const identity::User& user, const std::vector<std::string>& log_regions) {
  Account& owner = account(user.id);
  if (!owner.monitor_alarms) {
    owner.monitor_alarms =
        std::make_unique<tencent::MonitorAlarmHistory>(owner.client, settings_.region);
  }
  std::vector<alerts::AlarmHistory*> out{owner.monitor_alarms.get()};
  for (const auto& region : log_regions.empty() ? std::vector{settings_.region} : log_regions) {
    auto& history = owner.log_alarms[region];
    if (!history) history = std::make_unique<tencent::LogAlarmHistory>(owner.client, region);
    out.push_back(history.get());
  }
  return out;
}

clusters::Estate& CloudAccounts::estate(const identity::User& user) {
  Account& owner = account(user.id);
  if (!owner.estate) {
    owner.estate = std::make_unique<clusters::Estate>(
        owner.clusters, [this](std::string yaml) { return open_cluster(std::move(yaml)); },
        &owner.metrics, ports_.clock,
        clusters::FleetOptions{.regions = settings_.regions,
                               .usual_region = settings_.region,
                               .usual_cluster = settings_.cluster},
        clusters::AccessOptions{.reach = settings_.cluster_reach == "internal"
                                             ? clusters::Reach::internal
                                             : clusters::Reach::external});
  }
  return *owner.estate;
}

Result<std::unique_ptr<clusters::ClusterApi>> CloudAccounts::open_cluster(
    std::string kubeconfig) const {
  auto config = kubernetes::parse_kubeconfig(kubeconfig);
  if (!config) return fail(std::move(config).error());
  return std::make_unique<kubernetes::KubernetesApi>(ports_.http, std::move(*config), ports_.clock,
                                                     ports_.sleeper, ports_.random);
}

}  // namespace mtc::app
