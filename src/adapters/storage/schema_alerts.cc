#include "adapters/storage/schema_alerts.h"

#include <fmt/format.h>

#include "adapters/storage/sql_types.h"

namespace mtc::storage {

namespace {

using Statements = std::vector<std::string>;

Statements alert_tables() {
  return {
      // The last number that was given, for each kind of thing and account: what is forgotten does
      // not give its number back.
      R"(CREATE TABLE numbers (
        kind VARCHAR(32) NOT NULL,
        account BIGINT NOT NULL,
        given BIGINT NOT NULL,
        PRIMARY KEY (kind, account)))",
      // Columns are what is filtered and sorted by, the document has the rest. Account 0 is the
      // installation's. last_told is that of the newest firing or of the end. Whoever writes a row
      // counts its revision up.
      fmt::format(R"(CREATE TABLE alerts (
        id VARCHAR(36) NOT NULL PRIMARY KEY,
        account BIGINT NOT NULL,
        number BIGINT NOT NULL,
        cause VARCHAR(300) NOT NULL,
        group_key VARCHAR(300) NOT NULL,
        incident VARCHAR(64) NOT NULL,
        state VARCHAR(16) NOT NULL,
        handling VARCHAR(16) NOT NULL,
        level VARCHAR(16) NOT NULL,
        score DOUBLE PRECISION NULL,
        cluster_id VARCHAR(64) NOT NULL,
        ns VARCHAR(255) NOT NULL,
        name VARCHAR(255) NOT NULL,
        began BIGINT NOT NULL,
        last_seen BIGINT NOT NULL,
        last_told BIGINT NOT NULL,
        acknowledged_by BIGINT NOT NULL,
        snoozed_until BIGINT NULL,
        changed BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        document {} NOT NULL,
        UNIQUE (account, number)))",
                  kLongText),
      "CREATE INDEX alerts_by_cause ON alerts (account, cause, number)",
      "CREATE INDEX alerts_by_group ON alerts (account, group_key, state, number)",
      "CREATE INDEX alerts_by_incident ON alerts (incident, account)",
      "CREATE INDEX alerts_by_score ON alerts (account, state, handling, score)",
      "CREATE INDEX alerts_by_place ON alerts (account, cluster_id, ns, name)",
      "CREATE INDEX alerts_by_last_told ON alerts (account, last_told)",
      "CREATE INDEX alerts_waiting ON alerts (state, handling, score)",
      "CREATE INDEX alerts_by_change ON alerts (changed, state)",
      // What was taken in, so that nothing is twice.
      R"(CREATE TABLE alert_reports (
        account BIGINT NOT NULL,
        report_id VARCHAR(200) NOT NULL,
        taken BIGINT NOT NULL,
        PRIMARY KEY (account, report_id)))",
      "CREATE INDEX alert_reports_by_age ON alert_reports (taken)",
      R"(CREATE TABLE alert_histories (
        account BIGINT NOT NULL,
        place VARCHAR(100) NOT NULL,
        read_until BIGINT NOT NULL,
        PRIMARY KEY (account, place)))",
      // Minutes since midnight where a window comes again; weekdays are digits: "12345".
      R"(CREATE TABLE alert_quiets (
        account BIGINT NOT NULL,
        number BIGINT NOT NULL,
        cluster_id VARCHAR(64) NOT NULL,
        ns VARCHAR(255) NOT NULL,
        name VARCHAR(255) NOT NULL,
        policy_id VARCHAR(255) NOT NULL,
        spoken TEXT NOT NULL,
        begins BIGINT NOT NULL,
        ends BIGINT NOT NULL,
        daily_from INTEGER NULL,
        daily_until INTEGER NULL,
        weekdays VARCHAR(16) NOT NULL,
        zone VARCHAR(64) NOT NULL,
        reason TEXT NOT NULL,
        created_by BIGINT NOT NULL,
        created BIGINT NOT NULL,
        lifted BIGINT NULL,
        PRIMARY KEY (account, number)))",
      "CREATE INDEX alert_quiets_live ON alert_quiets (account, ends)",
      fmt::format(R"(CREATE TABLE score_weights (
        account BIGINT NOT NULL,
        version BIGINT NOT NULL,
        document {} NOT NULL,
        PRIMARY KEY (account, version)))",
                  kLongText),
      fmt::format(R"(CREATE TABLE hook_keys (
        id {},
        account BIGINT NOT NULL,
        label VARCHAR(400) NOT NULL,
        key_hash VARCHAR(64) NOT NULL UNIQUE,
        prefix VARCHAR(16) NOT NULL,
        created BIGINT NOT NULL,
        last_used BIGINT NULL,
        revoked BIGINT NULL))",
                  kNumberedKey),
  };
}

Statements rollback_tables() {
  return {
      // Two keys decide who begins, whatever the engine lets others read meanwhile: an incident has
      // each attempt once, and a target one operation that runs (NULLs count as different).
      fmt::format(R"(CREATE TABLE rollback_operations (
        id VARCHAR(36) NOT NULL PRIMARY KEY,
        account BIGINT NOT NULL,
        number BIGINT NOT NULL,
        user_id BIGINT NOT NULL,
        incident VARCHAR(64) NOT NULL,
        attempt INTEGER NOT NULL,
        alert_id VARCHAR(36) NOT NULL,
        trouble VARCHAR(32) NOT NULL,
        title TEXT NOT NULL,
        region VARCHAR(32) NOT NULL,
        cluster_id VARCHAR(64) NOT NULL,
        cluster_name VARCHAR(255) NOT NULL,
        api_version VARCHAR(255) NOT NULL,
        kind VARCHAR(255) NOT NULL,
        ns VARCHAR(255) NOT NULL,
        name VARCHAR(255) NOT NULL,
        target VARCHAR(500) NOT NULL,
        running_target VARCHAR(500) NULL UNIQUE,
        score DOUBLE PRECISION NOT NULL,
        begun_by VARCHAR(16) NOT NULL,
        assurance VARCHAR(32) NOT NULL,
        channel VARCHAR(64) NOT NULL,
        state VARCHAR(16) NOT NULL,
        speech TEXT NOT NULL,
        language VARCHAR(8) NOT NULL,
        cancel_asked INTEGER NOT NULL,
        cancel_by VARCHAR(255) NOT NULL,
        started BIGINT NOT NULL,
        ended BIGINT NULL,
        diagnosis {} NOT NULL,
        revision BIGINT NOT NULL,
        holder VARCHAR(100) NOT NULL,
        held_until BIGINT NOT NULL,
        UNIQUE (account, number),
        UNIQUE (incident, attempt)))",
                  kLongText),
      "CREATE INDEX rollback_operations_by_age ON rollback_operations (account, started)",
      R"(CREATE INDEX rollback_operations_by_target
        ON rollback_operations (account, target, started))",
      "CREATE INDEX rollback_operations_by_lease ON rollback_operations (state, held_until)",
      "CREATE INDEX rollback_operations_by_end ON rollback_operations (ended)",
      // The arguments are sealed, for there may be Secrets among them; health is JSON.
      fmt::format(R"(CREATE TABLE rollback_steps (
        operation_id VARCHAR(36) NOT NULL REFERENCES rollback_operations (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        rung INTEGER NOT NULL,
        state VARCHAR(16) NOT NULL,
        reason TEXT NOT NULL,
        action VARCHAR(100) NOT NULL,
        sealed {} NOT NULL,
        version VARCHAR(255) NOT NULL,
        target VARCHAR(500) NOT NULL,
        summary TEXT NOT NULL,
        checkpoint_id VARCHAR(64) NOT NULL,
        health_before TEXT NULL,
        health_after TEXT NULL,
        started BIGINT NULL,
        ended BIGINT NULL,
        PRIMARY KEY (operation_id, place)))",
                  kLongText),
      // The objects are sealed, for there are Secrets among them.
      fmt::format(R"(CREATE TABLE good_states (
        account BIGINT NOT NULL,
        cluster_id VARCHAR(64) NOT NULL,
        ns VARCHAR(255) NOT NULL,
        release_name VARCHAR(255) NOT NULL,
        fingerprint VARCHAR(100) NOT NULL,
        well_since BIGINT NOT NULL,
        seen BIGINT NOT NULL,
        sealed {} NOT NULL,
        PRIMARY KEY (account, cluster_id, ns, release_name, fingerprint)))",
                  kLongText),
      "CREATE INDEX good_states_by_age ON good_states (seen)",
  };
}

}  // namespace

Migration alerts_and_rollbacks() {
  Statements statements = alert_tables();
  for (auto& statement : rollback_tables()) statements.push_back(std::move(statement));
  statements.push_back(
      "ALTER TABLE sys_user ADD COLUMN broadcast_content VARCHAR(16) NOT NULL DEFAULT 'both'");
  statements.push_back(
      "ALTER TABLE sys_user ADD COLUMN watched_dashboard VARCHAR(255) NOT NULL DEFAULT ''");
  return {.version = 4,
          .name = "alerts, rollbacks, states that were well, keys of hooks",
          .statements = std::move(statements)};
}

}  // namespace mtc::storage
