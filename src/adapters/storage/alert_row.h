// A row of table alerts on its way in or out. Only .cc files of this folder include it.
#pragma once

#include <string>

#include "adapters/storage/sql.h"
#include "domain/alerts/alert.h"

namespace mtc::storage {

struct AlertRow {
  static constexpr const char* kColumns =
      "id, account, number, cause, group_key, incident, state, handling, level, score, cluster_id, "
      "ns, name, began, last_seen, last_told, acknowledged_by, snoozed_until, changed, document, "
      "revision";
  static constexpr const char* kInsertValues =
      ":id, :account, :number, :cause, :group_key, :incident, :state, :handling, :level, :score, "
      ":cluster_id, :ns, :name, :began, :last_seen, :last_told, :acknowledged_by, :snoozed_until, "
      ":changed, :document, :revision";
  // Only where the revision still is the row's.
  static constexpr const char* kUpdate =
      "UPDATE alerts SET group_key = :group_key, incident = :incident, state = :state, "
      "handling = :handling, level = :level, score = :score, cluster_id = :cluster_id, ns = :ns, "
      "name = :name, began = :began, last_seen = :last_seen, last_told = :last_told, "
      "acknowledged_by = :acknowledged_by, snoozed_until = :snoozed_until, changed = :changed, "
      "document = :document, revision = revision + 1 WHERE id = :id AND revision = :revision";

  AlertRow() = default;
  explicit AlertRow(const alerts::Alert& alert, long long row_revision = 1);

  void read_with(soci::statement& query);     // kColumns
  void insert_with(soci::statement& insert);  // kInsertValues
  void update_with(soci::statement& update);  // kUpdate
  Result<alerts::Alert> alert() const;

  std::string id;
  long long account = 0;
  long long number = 0;
  std::string cause;
  std::string group;
  std::string incident;
  std::string state;
  std::string handling;
  std::string level;
  Nullable<double> score;
  std::string cluster_id;
  std::string ns;
  std::string name;
  long long began = 0;
  long long last_seen = 0;
  long long last_told = 0;
  long long acknowledged_by = 0;
  Nullable<long long> snoozed_until;
  long long changed = 0;
  std::string document;
  long long revision = 1;

 private:
  // What may change.
  template <class Visit>
  void each_changing(Visit visit);
};

}  // namespace mtc::storage
