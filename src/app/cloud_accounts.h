// Which Tencent Cloud account answers for which user: one client per user, made when first needed.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapters/tencent/client.h"
#include "adapters/tencent/cls_log_admin.h"
#include "adapters/tencent/cls_log_store.h"
#include "adapters/tencent/credentials.h"
#include "adapters/tencent/log_alarms.h"
#include "adapters/tencent/monitor_alarms.h"
#include "adapters/tencent/monitor_metrics.h"
#include "adapters/tencent/tke_clusters.h"
#include "app/settings.h"
#include "domain/clusters/estate.h"
#include "domain/identity/user.h"
#include "domain/identity/vault.h"
#include "domain/logs/log_store.h"

namespace mtc::app {

// The user's own stored keys, else the installation's, else those in the environment. Read again
// after a while, so that a changed key needs no restart.
class StoredCredentials final : public tencent::CredentialProvider {
 public:
  StoredCredentials(identity::Vault& vault, identity::CredentialOwner owner, const Clock& clock)
      : vault_(vault), owner_(owner), clock_(clock) {}
  Async<Result<tencent::Credentials>> current() override;
  Async<Result<tencent::Credentials>> refresh() override;

 private:
  identity::Vault& vault_;
  identity::CredentialOwner owner_;
  const Clock& clock_;
  tencent::EnvironmentCredentials environment_;
  std::optional<tencent::Credentials> cached_;
  TimePoint read_at_{};
};

struct CloudPorts {
  HttpTransport& http;
  identity::Vault& vault;
  const Clock& clock;
  Sleeper& sleeper;
  Random& random;
};

class CloudAccounts {
 public:
  CloudAccounts(CloudPorts ports, TencentSettings settings)
      : ports_(ports), settings_(std::move(settings)) {}

  // What follows lives as long as this. An empty region means the configured one.
  logs::LogStore& log_store(const identity::User& user, std::string region);
  logs::LogAdmin& log_admin(const identity::User& user, std::string region);
  clusters::Estate& estate(const identity::User& user);
  // What its alarms did: of metrics everywhere, of logs in these regions (empty: the configured
  // one).
  std::vector<alerts::AlarmHistory*> alarm_histories(const identity::User& user,
                                                     const std::vector<std::string>& log_regions);
  // The account of the installation itself.
  tencent::TencentClient& client() { return account(0).client; }
  const TencentSettings& settings() const { return settings_; }

 private:
  struct Account {
    StoredCredentials credentials;
    tencent::TencentClient client;
    tencent::TkeClusters clusters{client};
    tencent::MonitorMetrics metrics;
    std::unique_ptr<clusters::Estate> estate;
    // By region.
    std::map<std::string, std::unique_ptr<tencent::ClsLogStore>> stores;
    std::map<std::string, std::unique_ptr<tencent::ClsLogAdmin>> admins;
    std::map<std::string, std::unique_ptr<tencent::LogAlarmHistory>> log_alarms;
    std::unique_ptr<tencent::MonitorAlarmHistory> monitor_alarms;
    Account(CloudPorts ports, identity::UserId user, const tencent::ClientOptions& options)
        : credentials(ports.vault, user, ports.clock),
          client(ports.http, credentials, ports.clock, ports.sleeper, ports.random, options),
          metrics(client, ports.clock) {}
  };

  Account& account(identity::UserId user);
  Result<std::unique_ptr<clusters::ClusterApi>> open_cluster(std::string kubeconfig) const;

  CloudPorts ports_;
  TencentSettings settings_;
  std::map<identity::UserId, std::unique_ptr<Account>> accounts_;
};

}  // namespace mtc::app
