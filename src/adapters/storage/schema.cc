#include "adapters/storage/schema.h"

#include <fmt/format.h>

#include "adapters/storage/schema_alerts.h"
#include "adapters/storage/sql_types.h"

namespace mtc::storage {

namespace {

Migration first() {
  return {
      .version = 1,
      .name = "users, tokens, credentials, digests, broadcasts, baselines, leases",
      .statements =
          {
              // last_log_trigger_date is the day of the last broadcast: claiming a day is one
              // UPDATE of it. The window is in minutes since midnight, push_config is JSON.
              fmt::format(R"(CREATE TABLE sys_user (
                id {},
                username VARCHAR(64) NOT NULL UNIQUE,
                password_hash VARCHAR(255) NULL,
                display_name VARCHAR(255) NOT NULL,
                language VARCHAR(8) NOT NULL,
                zone VARCHAR(64) NOT NULL,
                window_start INTEGER NOT NULL,
                window_end INTEGER NOT NULL,
                assistant_name VARCHAR(255) NOT NULL,
                rollback_permission INTEGER NOT NULL DEFAULT 0,
                disabled INTEGER NOT NULL DEFAULT 0,
                push_config TEXT NULL,
                last_log_trigger_date VARCHAR(10) NULL,
                created BIGINT NOT NULL))",
                          kNumberedKey),
              fmt::format(R"(CREATE TABLE api_tokens (
                id {},
                user_id BIGINT NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
                token_hash VARCHAR(64) NOT NULL UNIQUE,
                prefix VARCHAR(16) NOT NULL,
                label VARCHAR(400) NOT NULL,
                scopes VARCHAR(255) NOT NULL,
                created BIGINT NOT NULL,
                expires BIGINT NULL,
                last_used BIGINT NULL,
                revoked BIGINT NULL))",
                          kNumberedKey),
              "CREATE INDEX api_tokens_by_user ON api_tokens (user_id)",
              // owner_id 0 is the installation; no NULL, because NULLs count as different in a key.
              R"(CREATE TABLE credentials (
                owner_id BIGINT NOT NULL PRIMARY KEY,
                hint VARCHAR(64) NOT NULL,
                region VARCHAR(32) NOT NULL,
                sealed TEXT NOT NULL,
                updated BIGINT NOT NULL))",
              // The day is that on which the period ends, in the digest's zone; the document is
              // JSON.
              fmt::format(R"(CREATE TABLE digests (
                id VARCHAR(36) NOT NULL PRIMARY KEY,
                scope VARCHAR(255) NOT NULL,
                day VARCHAR(10) NOT NULL,
                document {} NOT NULL,
                created BIGINT NOT NULL))",
                          kLongText),
              "CREATE INDEX digests_by_day ON digests (scope, day)",
              R"(CREATE TABLE prepared_broadcasts (
                user_id BIGINT NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
                day VARCHAR(10) NOT NULL,
                digest_id VARCHAR(36) NOT NULL,
                speech TEXT NOT NULL,
                from_model INTEGER NOT NULL,
                audio_path VARCHAR(1000) NULL,
                prepared BIGINT NOT NULL,
                PRIMARY KEY (user_id, day)))",
              R"(CREATE TABLE broadcast_queue (
                id VARCHAR(36) NOT NULL PRIMARY KEY,
                user_id BIGINT NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
                kind VARCHAR(32) NOT NULL,
                text TEXT NOT NULL,
                priority INTEGER NOT NULL,
                created BIGINT NOT NULL,
                spoken_at BIGINT NULL))",
              R"(CREATE INDEX broadcast_queue_waiting
                ON broadcast_queue (user_id, spoken_at, priority, created))",
              R"(CREATE TABLE share_links (
                token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
                digest_id VARCHAR(36) NOT NULL,
                expires BIGINT NOT NULL))",
              R"(CREATE TABLE baseline_days (
                scope VARCHAR(255) NOT NULL,
                day VARCHAR(10) NOT NULL,
                lines BIGINT NOT NULL,
                errors BIGINT NOT NULL,
                PRIMARY KEY (scope, day)))",
              R"(CREATE TABLE baselines (
                scope VARCHAR(255) NOT NULL,
                day VARCHAR(10) NOT NULL,
                service VARCHAR(255) NOT NULL,
                lines BIGINT NOT NULL,
                errors BIGINT NOT NULL,
                warnings BIGINT NOT NULL,
                PRIMARY KEY (scope, day, service)))",
              R"(CREATE TABLE known_templates (
                scope VARCHAR(255) NOT NULL,
                template_id VARCHAR(64) NOT NULL,
                service VARCHAR(255) NOT NULL,
                text TEXT NOT NULL,
                first_day VARCHAR(10) NOT NULL,
                last_day VARCHAR(10) NOT NULL,
                PRIMARY KEY (scope, template_id)))",
              R"(CREATE TABLE leases (
                name VARCHAR(100) NOT NULL PRIMARY KEY,
                holder VARCHAR(100) NOT NULL,
                expires BIGINT NOT NULL))",
          },
  };
}

Migration second() {
  return {
      .version = 2,
      .name = "tasks, things used once",
      .statements =
          {
              // The document is JSON. held_until means nothing where holder is empty; the number
              // counts for each subject.
              fmt::format(R"(CREATE TABLE tasks (
                id VARCHAR(64) NOT NULL PRIMARY KEY,
                subject VARCHAR(255) NOT NULL,
                number BIGINT NOT NULL,
                status VARCHAR(16) NOT NULL,
                version BIGINT NOT NULL,
                expires BIGINT NOT NULL,
                holder VARCHAR(100) NOT NULL,
                held_until BIGINT NOT NULL,
                document {} NOT NULL,
                UNIQUE (subject, number)))",
                          kLongText),
              "CREATE INDEX tasks_by_lease ON tasks (status, held_until)",
              "CREATE INDEX tasks_by_expiry ON tasks (expires)",
              R"(CREATE TABLE used_once (
                id VARCHAR(64) NOT NULL PRIMARY KEY,
                expires BIGINT NOT NULL))",
              "CREATE INDEX used_once_by_expiry ON used_once (expires)",
          },
  };
}

Migration third() {
  return {
      .version = 3,
      .name = "plans, the audit log, checkpoints, aliases, trust of tokens",
      .statements =
          {
              // What a plan would do is sealed, for it may hold secrets; so is what it said.
              fmt::format(R"(CREATE TABLE plans (
                id VARCHAR(36) NOT NULL PRIMARY KEY,
                user_id BIGINT NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
                state VARCHAR(16) NOT NULL,
                wrong_codes INTEGER NOT NULL,
                action VARCHAR(100) NOT NULL,
                sealed {0} NOT NULL,
                outcome {0} NOT NULL,
                created BIGINT NOT NULL,
                expires BIGINT NOT NULL,
                changed BIGINT NOT NULL))",
                          kLongText),
              "CREATE INDEX plans_by_user ON plans (user_id, created)",
              "CREATE INDEX plans_by_state ON plans (state, changed)",
              // Rows are only ever added, and outlive the people they name. The number is the key,
              // so that of two processes that append at once one begins again.
              R"(CREATE TABLE audit_log (
                number BIGINT NOT NULL PRIMARY KEY,
                happened BIGINT NOT NULL,
                actor VARCHAR(255) NOT NULL,
                assurance VARCHAR(32) NOT NULL,
                channel VARCHAR(64) NOT NULL,
                event VARCHAR(32) NOT NULL,
                action VARCHAR(100) NOT NULL,
                target VARCHAR(500) NOT NULL,
                plan_id VARCHAR(64) NOT NULL,
                reason TEXT NOT NULL,
                before_hash VARCHAR(64) NOT NULL,
                after_hash VARCHAR(64) NOT NULL,
                details TEXT NOT NULL,
                previous VARCHAR(64) NOT NULL,
                hash VARCHAR(64) NOT NULL UNIQUE))",
              "CREATE INDEX audit_log_by_actor ON audit_log (actor, event, happened)",
              "CREATE INDEX audit_log_by_target ON audit_log (target, event, happened)",
              // The objects are sealed, for there are Secrets among them. The number counts for
              // each user.
              fmt::format(R"(CREATE TABLE checkpoints (
                id VARCHAR(64) NOT NULL PRIMARY KEY,
                user_id BIGINT NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
                number BIGINT NOT NULL,
                region VARCHAR(32) NOT NULL,
                cluster_id VARCHAR(64) NOT NULL,
                cluster_name VARCHAR(255) NOT NULL,
                action VARCHAR(100) NOT NULL,
                summary TEXT NOT NULL,
                sealed {} NOT NULL,
                created BIGINT NOT NULL,
                restored BIGINT NULL,
                UNIQUE (user_id, number)))",
                          kLongText),
              "CREATE INDEX checkpoints_by_age ON checkpoints (created)",
              R"(CREATE TABLE aliases (
                user_id BIGINT NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
                spoken VARCHAR(255) NOT NULL,
                cluster_id VARCHAR(64) NOT NULL,
                ns VARCHAR(255) NOT NULL,
                name VARCHAR(255) NOT NULL,
                PRIMARY KEY (user_id, spoken)))",
              "ALTER TABLE api_tokens ADD COLUMN assurance VARCHAR(16) NOT NULL DEFAULT 'device'",
          },
  };
}

}  // namespace

std::vector<Migration> storage_migrations() {
  return {first(), second(), third(), alerts_and_rollbacks()};
}

}  // namespace mtc::storage
