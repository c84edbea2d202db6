// What AlertStore::take_in() does inside its transaction: reads each alert once, writes each once.
// Only .cc files of this folder include it.
#pragma once

#include <soci/soci.h>

#include <vector>

#include "base/random.h"
#include "domain/alerts/store.h"

namespace mtc::storage {

struct AlertBatch {
  alerts::Account account = 0;
  std::vector<alerts::Report> reports;
  alerts::MergeRules rules;
  TimePoint now{};
};

// Whether there is one that was not taken in before. Only reads: what a history tells again must
// not wait for the write lock.
bool has_new_reports(soci::session& session, const AlertBatch& batch);

// Errc::conflict if somebody else changed one of the alerts meanwhile: then begin the transaction
// again.
Result<std::vector<alerts::AlertStore::TakenIn>> take_in_reports(soci::session& session,
                                                                 const AlertBatch& batch,
                                                                 Random& random);

}  // namespace mtc::storage
