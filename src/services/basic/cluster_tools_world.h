// A server with the tools that change clusters, over a shop in memory: for tests.
#pragma once

#include <optional>
#include <string>

#include "domain/approval/memory_approval.h"
#include "domain/clusters/change_world.h"
#include "mcp/testing/rich_server.h"
#include "services/basic/cluster_change_tools.h"
#include "services/common/fake_callers.h"

namespace mtc::services {

// One cluster, whatever is said; or none.
struct OnePlace final : ChangePlaces {
  explicit OnePlace(clusters::ChangeWorld& shop) : shop(shop) {}
  clusters::ChangeWorld& shop;
  clusters::MemoryAliasStore aliases;
  std::optional<Error> trouble;

  Async<Result<clusters::Scene>> cloud(identity::User user, SaidCluster said) override;
  Async<Result<clusters::Scene>> open(identity::User user, SaidCluster said) override;
  Async<Result<FoundObject>> workload(identity::User user, SaidWorkload said) override;
};

class ClusterChangeTools : public mcp::RichServer {
 protected:
  ClusterChangeTools();

  identity::Principal& person() { return callers.people["me"]; }
  void speak(Language language) { person().user.language = language; }

  // As a client that cannot be asked, and as one that can.
  Json call(const std::string& name, Json arguments);
  Json call_with_forms(const std::string& name, const Json& arguments);
  // The next round: the answer to the question `key`.
  Json answer(const std::string& name, const Json& arguments, const Json& last,
              const std::string& key, const Json& content, const std::string& action = "accept");
  // Says the code that stands at the end of what was said.
  Json confirm(const Json& planned);

  static std::string text(const Json& answer);
  static bool refused(const Json& answer) { return answer.value("isError", false); }
  Json& order() { return shop.cluster->at("Deployment", "shop", "order"); }
  void order_label(const std::string& value) {
    order()["spec"]["template"]["metadata"]["labels"]["v"] = value;
  }
  std::vector<std::string>& writes() { return shop.cluster->writes; }
  // All that anybody could read afterwards: what was answered, plans, the audit log.
  std::string everything() const;

  clusters::ChangeWorld shop;
  approval::MemoryApproval approval;
  FakeCallers callers;
  OnePlace places{shop};
  ClusterChangePorts ports{
      .callers = callers, .approver = approval.approver, .places = places, .changes = shop.ports};
  ChangeExecutors executors;
  std::string heard;  // all answers
};

}  // namespace mtc::services
