// Undoing a change: putting objects back as a checkpoint has kept them.
#pragma once

#include <optional>

#include "domain/clusters/change.h"

namespace mtc::clusters {

struct UndoWish {
  std::optional<std::int64_t> number;  // of the change; absent: the newest that is not undone
  bool force = false;                  // also what somebody has changed since
};

// `scene` of the cluster that the checkpoint names: see find_checkpoint. Errc::conflict says what
// has been changed since, by whom if that is known, unless forced.
Async<Result<Planned>> plan_undo(ChangePorts ports, Scene scene, Checkpoint checkpoint, bool force);
Async<Result<ChangeResult>> execute_undo(ChangePorts ports, Scene scene, Approved approved);

// With its objects. Errc::not_found in the person's language.
Async<Result<Checkpoint>> find_checkpoint(ChangePorts ports, identity::User user,
                                          std::optional<std::int64_t> number);

// "三号，十分钟前：payment 从三个副本改成五个，已经撤销。"
std::string say_checkpoint(const Checkpoint& checkpoint, TimePoint now, Language language);
bool was_done(const Checkpoint& checkpoint);  // at least in part

}  // namespace mtc::clusters
