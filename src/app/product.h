// The composition root: every concrete class of the product is built here, in this order, and
// nowhere else.
#pragma once

#include <memory>
#include <string>

#include "adapters/charts/gnuplot.h"
#include "adapters/speech/espeak.h"
#include "adapters/storage/audit_repository.h"
#include "adapters/storage/baseline_repository.h"
#include "adapters/storage/broadcast_repository.h"
#include "adapters/storage/checkpoint_repository.h"
#include "adapters/storage/cluster_fingerprints.h"
#include "adapters/storage/plan_repository.h"
#include "adapters/storage/task_store.h"
#include "adapters/storage/used_once.h"
#include "adapters/xiaozhi/rendering.h"
#include "app/callers.h"
#include "app/cloud_accounts.h"
#include "app/file_audio_store.h"
#include "app/foundation.h"
#include "app/incident_response.h"
#include "app/offer.h"
#include "app/stored_nights.h"
#include "domain/approval/approver.h"
#include "domain/broadcast/greeter.h"
#include "domain/broadcast/log_digest_source.h"
#include "domain/broadcast/preparer.h"
#include "domain/logs/recent_lines.h"
#include "domain/narration/narrator.h"
#include "infra/http/client.h"
#include "infra/loop/sleeper.h"
#include "mcp/change_hub.h"
#include "mcp/request_state.h"
#include "mcp/tasks/task_runner.h"
#include "services/common/change_places.h"
#include "services/common/guarded_change.h"
#include "web/api/api.h"
#include "web/pictures.h"
#include "web/share_links.h"
#include "web/site.h"

namespace mtc::app {

class Product {
 public:
  // `public_url` is where the web pages are reached. Everything runs on the executor.
  static Result<std::unique_ptr<Product>> open(asio::any_io_executor executor, Settings settings,
                                               const Clock& clock, std::string public_url);

  Foundation& foundation() { return *foundation_; }
  identity::Vault& vault() { return secrets_->vault(); }
  broadcast::Preparer& preparer() { return preparer_; }
  // The views of what there is; those for XiaoZhi devices have read_on for answers that are too
  // long for one breath.
  McpServers& servers() { return *servers_; }
  const mcp::Server& server(Profile profile = Profile::full) {
    return servers_->server(services_, profile);
  }
  const mcp::Server& device_server() { return servers_->server(services_, Profile::device); }
  xiaozhi::Remainders& remainders() { return remainders_; }
  broadcast::BroadcastStore& broadcasts() { return broadcasts_; }
  TokenAuthenticator& authenticator() { return authenticator_; }
  approval::Approver& approver() { return approver_; }
  IncidentResponse& incidents() { return incidents_; }
  clusters::CheckpointStore& checkpoints() { return checkpoints_; }
  // Fails what a process that died was doing, and logs it.
  Async<> recover_plans();
  mcp::TaskRunner& tasks() { return tasks_; }
  mcp::ChangeHub& changes() { return changes_; }
  web::Site& site() { return site_; }
  web::Api& api() { return api_; }
  CloudAccounts& cloud() { return cloud_; }
  HttpTransport& http() { return http_; }
  narration::ChatModel* model() { return model_.get(); }  // null without one
  Sleeper& sleeper() { return sleeper_; }
  const std::string& id() const { return id_; }  // of this process, for leases

 private:
  Product(const asio::any_io_executor& executor, std::unique_ptr<Foundation> foundation,
          std::unique_ptr<StoredSecrets> secrets, const Clock& clock, std::string public_url,
          broadcast::Schedule schedule);
  clusters::ChangePorts change_ports();
  services::LogToolPorts log_ports();
  services::DevopsToolPorts devops_ports();
  Async<Result<identity::Principal>> who_holds(std::string bearer);
  Result<Offer> make_offer();
  Result<> trust_issuers(const asio::any_io_executor& executor);

  std::unique_ptr<Foundation> foundation_;
  std::unique_ptr<StoredSecrets> secrets_;
  std::string id_;
  storage::SqlAuditLog audit_log_;
  storage::SqlPlanStore plans_;
  storage::SqlCheckpointStore checkpoints_;
  storage::SqlAliasStore aliases_;
  approval::Approver approver_;
  services::ChangeExecutors executors_;  // by action: filled where the tools are made
  LoopSleeper sleeper_;
  CurlTransport http_;
  CloudAccounts cloud_;
  storage::BoxFingerprints fingerprints_;
  services::EstatePlaces places_;
  logs::RecentLines recent_lines_;
  charts::GnuplotPainter painter_;
  storage::SqlBroadcastStore broadcasts_;
  storage::SqlBaselineStore baselines_;
  broadcast::LogDigestSource digests_;
  std::unique_ptr<narration::ChatModel> model_;          // null without one
  std::unique_ptr<narration::ChatModel> picture_model_;  // null without one that sees
  narration::Narrator narrator_;
  IncidentResponse incidents_;
  StoredNights nights_;
  std::unique_ptr<narration::SpeechSynthesizer> voice_;  // null without audio
  FileAudioStore audio_;
  broadcast::Preparer preparer_;
  broadcast::Greeter greeter_;
  web::ShareLinks links_;
  web::Pictures pictures_;
  web::Site site_;
  TokenAuthenticator authenticator_;
  DirectoryCallers callers_;
  web::Api api_;
  xiaozhi::Remainders remainders_;
  Services services_;
  storage::SqlTaskStore task_store_;
  storage::SqlUsedOnce used_once_;
  mcp::RequestStates states_;
  mcp::ChangeHub changes_;
  mcp::ToolRegistry all_tools_;  // for tasks, whatever view began them
  mcp::TaskRunner tasks_;
  std::unique_ptr<McpServers> servers_;
};

}  // namespace mtc::app
