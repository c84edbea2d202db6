// What all changes of a cluster have in common. Each kind of change has two halves:
//
//   plan     reads the live state, has the cluster check the change (dry run), looks whom it
//            touches, and says in one sentence what would be done
//   execute  does exactly what the plan's arguments say, now or after a restart: looks whether the
//            target is still as it was planned, keeps a checkpoint, acts, looks what came of it
//
// A plan executed twice (the process died in between) finds its work done and leaves it at that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sleeper.h"
#include "domain/clusters/checkpoint.h"
#include "domain/clusters/cluster.h"
#include "domain/clusters/cluster_api.h"
#include "domain/clusters/fingerprint.h"
#include "domain/identity/repositories.h"
#include "domain/identity/user.h"

namespace mtc::clusters {

// All outlive every change.
struct ChangePorts {
  CheckpointStore& checkpoints;
  const Fingerprints& fingerprints;
  const identity::SecretCipher& cipher;  // plans may wait in a database: what is secret is sealed
  const Clock& clock;
  Sleeper& sleeper;
  Random& random;
};

// Where, and for whom.
struct Scene {
  Cluster cluster;
  std::shared_ptr<ClusterApi> api;  // null: not opened, because only the cloud is asked
  CloudClusters* cloud = nullptr;
  identity::User user;
  // After acting: how long to wait for the pods to be ready before answering.
  Millis patience{5'000};
};

struct ChangePlan {
  std::string action;   // of the risk table: "scale_workload.up"
  std::string target;   // "cls-0a1b2c3d/shop-prod/Deployment/payment"
  std::string version;  // of what people decided on in the target
  std::string ns;       // touched namespaces, separated by commas
  std::string before;   // fingerprint of the target
  Json arguments;       // all that execute needs; what is secret in it is sealed
  Json details;         // of the arguments, what may stand in the audit log
  std::string summary;  // for the ear: what, where, whom it touches; whole sentences
  Json preview;         // the same for readers
};

// The target is as it should be already.
struct NothingToDo {
  std::string speech;
};
using Planned = std::variant<ChangePlan, NothingToDo>;

// A rollout that was not over when the change answered.
struct Watch {
  std::string cluster_id;
  ObjectRef object;
  std::string summary;    // what was done
  bool can_undo = false;  // a restart or an undo cannot: what would be undone is another change
};

struct ChangeResult {
  std::string speech;  // whole sentences
  Json data = Json::object();
  std::string after;  // fingerprint of the target
  std::optional<Watch> watch;
  bool failed = false;  // done in part, the pods do not come up, or nobody knows
};

// What execute gets of a plan.
struct Approved {
  std::string action;
  Json arguments;
  std::string version;
  std::string summary;
  // The id its checkpoint gets; empty: a new one. One there is already is gone on with: it was kept
  // before a crash, and what it holds is how things were.
  std::string checkpoint{};
};

// By the approved action. Errc::conflict with a sentence where the target is not as it was planned.
Async<Result<ChangeResult>> execute_change(ChangePorts ports, Scene scene, Approved approved);

// ---- for the kinds of changes ----

// Errc::not_found says which object and where.
Async<Result<Json>> read_object(const Scene& scene, ObjectRef object);
// Null instead of Errc::not_found.
Async<Result<Json>> read_if_there(const Scene& scene, ObjectRef object);
// All objects of a kind in a namespace, whole; at most `most`, a few at a time. What vanishes
// meanwhile is left out.
Async<Result<std::vector<Json>>> read_all(const Scene& scene, std::string api_version,
                                          std::string kind, std::string ns, std::size_t most = 100);

// In the language of the person.
std::unexpected<Error> refuse(Errc code, Language language, std::string zh, std::string en);
// "payment 已经被别人改过了，和计划的时候不一样，没有动它。…"
std::unexpected<Error> changed_meanwhile(std::string_view name, Language language);

// Keeps the objects as they are; `before` null: not there. Where approved.checkpoint was kept
// before, that one is answered: `objects` are not how things were any more.
Async<Result<Checkpoint>> keep_checkpoint(ChangePorts ports, const Scene& scene,
                                          const Approved& approved, std::string summary,
                                          std::vector<CheckpointObject> objects);
// What approved.checkpoint has kept: nothing where it names none, or nothing was begun.
Async<Result<std::optional<Checkpoint>>> kept_before(ChangePorts ports, const Approved& approved);
// A change that was done before a crash, and not noted: notes it now. `after` of the one object.
Async<> note_late(ChangePorts ports, Checkpoint& kept, std::string after);
// Notes what the change has left. A failure is not the change's: it only makes undo ask.
Async<> note_after(ChangePorts ports, Checkpoint checkpoint);

// After a write that was not answered well: the refusal, or where nobody knows whether it was done,
// a result that says so. `what` as in the checkpoint.
Result<ChangeResult> write_failed(const Scene& scene, const std::string& ns,
                                  const std::string& what, Error error);

// "要改回来就说：撤销。"
std::string_view say_how_to_undo(Language language);

// "广州生产集群的 shop-prod 里", "in shop-prod of gz-prod"
std::string say_place(const Scene& scene, const std::string& ns);
// 三个副本, "three replicas"
std::string say_replicas(std::int64_t count, Language language);
// A Chinese sentence without the gaps that names leave in it.
std::string without_gaps(const Scene& scene, std::string sentence);
inline bool is_chinese(const Scene& scene) {
  return scene.user.language == Language::zh;
}

}  // namespace mtc::clusters
