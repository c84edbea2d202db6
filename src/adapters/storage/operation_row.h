// A row of rollback_operations on its way in or out. Only .cc files of this folder include it.
#pragma once

#include <string>

#include "adapters/storage/sql.h"
#include "domain/rollback/operation.h"

namespace mtc::storage {

struct OperationRow {
  static constexpr const char* kColumns =
      "id, account, number, user_id, incident, attempt, alert_id, trouble, title, region, "
      "cluster_id, cluster_name, api_version, kind, ns, name, target, running_target, score, "
      "begun_by, assurance, channel, state, speech, language, cancel_asked, cancel_by, started, "
      "ended, diagnosis, revision, holder, held_until";
  static constexpr const char* kInsert =
      "INSERT INTO rollback_operations ({}) VALUES (:id, :account, :number, :user_id, :incident, "
      ":attempt, :alert_id, :trouble, :title, :region, :cluster_id, :cluster_name, :api_version, "
      ":kind, :ns, :name, :target, :running_target, :score, :begun_by, :assurance, :channel, "
      ":state, :speech, :language, :cancel_asked, :cancel_by, :started, :ended, :diagnosis, "
      ":revision, :holder, :held_until)";
  // Only for its holder, and only where the revision still is the row's. Whether it shall be
  // cancelled is for others to say.
  static constexpr const char* kUpdate =
      "UPDATE rollback_operations SET alert_id = :alert_id, trouble = :trouble, title = :title, "
      "region = :region, cluster_id = :cluster_id, cluster_name = :cluster_name, "
      "api_version = :api_version, kind = :kind, ns = :ns, name = :name, target = :target, "
      "running_target = :running_target, score = :score, begun_by = :begun_by, "
      "assurance = :assurance, channel = :channel, state = :state, speech = :speech, "
      "language = :language, started = :started, ended = :ended, diagnosis = :diagnosis, "
      "held_until = :held_until, revision = revision + 1 "
      "WHERE id = :id AND revision = :revision AND holder = :holder";

  OperationRow() = default;
  OperationRow(const rollback::Operation& operation, std::string holder, TimePoint until);

  void read_with(soci::statement& query);         // kColumns
  void insert_with(soci::statement& insert);      // kInsert
  void update_with(soci::statement& update);      // kUpdate
  Result<rollback::Operation> operation() const;  // without its steps

  long long account = 0;
  long long number = 0;
  long long user_id = 0;
  long long attempt = 1;
  std::string target;
  Nullable<std::string> running_target;  // while it runs
  std::string begun_by;
  std::string state;
  std::string language;
  int cancel_asked = 0;
  long long started = 0;
  Nullable<long long> ended;
  std::string diagnosis;
  long long revision = 1;
  std::string holder;
  long long held_until = 0;
  rollback::Operation kept;  // all that needs no conversion

 private:
  template <class Visit>
  void each_column(Visit visit);
};

}  // namespace mtc::storage
