// Objects that become what a plan says, one after the other: what putting back a version and
// putting back a release have in common.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/change.h"

namespace mtc::clusters {

// One of them. Of what is there, only the content is put back (see content.h); what is gone is made
// anew as it was.
struct Rewrite {
  Json good;                    // sendable()
  std::string restarted_at{};   // not empty: the pods are marked so, and thus replaced in any case
  bool start_again = false;     // the replicas too: it has none now
  Json live{};                  // as it is now; null: gone
  std::string before, after{};  // fingerprints: as it is, and as the cluster would keep it
  bool creates() const { return live.is_null(); }
};

// Pods that start read what is in place by then: configuration comes first.
std::vector<Rewrite> configs_first(std::vector<Rewrite> rewrites);

// Has the cluster check all of them, and notes the fingerprints. Errc::conflict for configuration
// that nobody can change, because it is immutable.
Async<Result<std::vector<Rewrite>>> check_rewrites(ChangePorts ports, Scene scene,
                                                   std::vector<Rewrite> rewrites);

// As it is sent: the good content in the live object.
Json rewritten(const Json& live, const Rewrite& rewrite);

std::string version_of(ChangePorts ports, const std::vector<Rewrite>& rewrites);
// What execute_rewrites needs, sealed, for there may be Secrets in it: to be added to the plan's
// arguments.
Json sealed(ChangePorts ports, const Scene& scene, const std::string& action,
            const std::vector<Rewrite>& rewrites);
Json preview_of(ChangePorts ports, const std::vector<Rewrite>& rewrites);

// Workloads that read the same configuration and are not themselves put back, so that their pods
// are not replaced. What cannot be read is left out.
Async<std::vector<std::string>> other_readers(Scene scene, std::vector<Rewrite> rewrites);
std::string say_other_readers(const std::vector<std::string>& names, Language language);

// "配置 order-config 和密钥 db-secret", "ConfigMap order-config and Secret db-secret"
std::string say_configs(const std::vector<Rewrite>& rewrites, Language language);

struct RewriteWords {
  std::string what;  // "order 回滚到 1.4"
  std::string done;  // "order 回滚到 1.4 了", without a full stop
};
// Stops at the first that fails; what was done by then is told and can be undone.
Async<Result<ChangeResult>> execute_rewrites(ChangePorts ports, Scene scene, Approved approved,
                                             RewriteWords words);

}  // namespace mtc::clusters
