// Which change is meant by what somebody wants undone, and how it is told.
#pragma once

#include <optional>
#include <string>

#include "domain/clusters/change.h"

namespace mtc::clusters {

// With its objects. Errc::not_found in the person's language.
Async<Result<Checkpoint>> find_checkpoint(ChangePorts ports, identity::User user,
                                          std::optional<std::int64_t> number);

// "三号，十分钟前：payment 从三个副本改成五个，已经撤销。"
std::string say_checkpoint(const Checkpoint& checkpoint, TimePoint now, Language language);
bool was_done(const Checkpoint& checkpoint);  // at least in part

}  // namespace mtc::clusters
