// Tasks in SQL: several servers on one database share them.
#pragma once

#include "infra/database/database.h"
#include "mcp/tasks/task_store.h"

namespace mtc::storage {

// The database outlives the store.
class SqlTaskStore final : public mcp::TaskStore {
 public:
  explicit SqlTaskStore(Database& database) : database_(database) {}

  Async<Result<mcp::Task>> create(mcp::Task task, mcp::TaskLease lease, int max_open) override;
  Async<Result<mcp::StoredTask>> find(std::string id) override;
  Async<Result<mcp::Task>> replace(mcp::Task task, mcp::TaskLease lease) override;
  Async<Result<std::vector<mcp::StoredTask>>> list(std::string subject, int limit) override;
  Async<Result<std::optional<mcp::Task>>> take_over(mcp::TaskLease lease, TimePoint now) override;
  Async<Result<bool>> renew(std::string id, mcp::TaskLease lease) override;
  Async<Result<>> forget_expired(TimePoint now) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
