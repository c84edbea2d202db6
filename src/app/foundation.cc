#include "app/foundation.h"

#include "adapters/storage/schema.h"
#include "infra/database/migrations.h"

namespace mtc::app {

Result<std::unique_ptr<Foundation>> Foundation::open(Settings settings, const Clock& clock) {
  auto database = Database::open({.url = settings.database.url});
  if (!database) return fail(std::move(database).error());
  auto migrated = migrate(**database, storage::storage_migrations(), clock);
  if (!migrated) return fail(std::move(migrated).error());
  return std::unique_ptr<Foundation>(
      new Foundation(std::move(settings), clock, std::move(*database)));
}

Foundation::Foundation(Settings settings_in, const Clock& clock_in,
                       std::unique_ptr<Database> database_in)
    : settings(std::move(settings_in)),
      clock(clock_in),
      database(std::move(database_in)),
      directory({.users = users,
                 .tokens = tokens,
                 .passwords = passwords,
                 .fingerprint = fingerprint,
                 .random = random,
                 .clock = clock}) {}

Result<std::unique_ptr<StoredSecrets>> StoredSecrets::open(Foundation& foundation) {
  auto box = open_secret_box(foundation.settings.secrets.key_file, foundation.random);
  if (!box) return fail(std::move(box).error());
  return std::unique_ptr<StoredSecrets>(new StoredSecrets(std::move(*box), foundation));
}

StoredSecrets::StoredSecrets(std::unique_ptr<SecretBox> box, Foundation& foundation)
    : box_(std::move(box)), vault_(foundation.credentials, cipher_, foundation.clock) {}

}  // namespace mtc::app
