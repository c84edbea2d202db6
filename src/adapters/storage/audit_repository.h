// The audit log in table audit_log. Rows are only ever added.
#pragma once

#include "domain/audit/hasher.h"
#include "domain/audit/log.h"
#include "infra/database/database.h"

namespace mtc::storage {

// Database and hasher outlive it.
class SqlAuditLog final : public audit::Log {
 public:
  SqlAuditLog(Database& database, const audit::Hasher& hasher)
      : database_(database), hasher_(hasher) {}

  Async<Result<audit::Row>> append_within(audit::Entry entry,
                                          std::vector<audit::Limit> limits) override;
  Async<Result<std::vector<audit::Row>>> list(audit::Filter filter) override;
  Async<Result<std::vector<audit::Row>>> after(std::int64_t number, std::int64_t limit) override;
  Async<Result<std::int64_t>> count(audit::Event event, std::string actor, std::string target,
                                    TimePoint since) override;

 private:
  Database& database_;
  const audit::Hasher& hasher_;
};

}  // namespace mtc::storage
