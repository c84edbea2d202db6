// What may be used only once, over all servers on one database and over their restarts.
#pragma once

#include "base/clock.h"
#include "infra/database/database.h"
#include "mcp/request_state.h"

namespace mtc::storage {

// Database and clock outlive it.
class SqlUsedOnce final : public mcp::UsedOnce {
 public:
  SqlUsedOnce(Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  Async<Result<bool>> claim(std::string id, TimePoint until) override;

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace mtc::storage
