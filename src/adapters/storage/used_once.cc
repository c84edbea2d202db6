#include "adapters/storage/used_once.h"

#include "adapters/storage/sql.h"

namespace mtc::storage {

Async<Result<bool>> SqlUsedOnce::claim(std::string id, TimePoint until) {
  return database_.transaction<bool>(
      [id = std::move(id), until, now = clock_.now()](soci::session& session) -> Result<bool> {
        const long long moment = millis_of(now);
        const long long end = millis_of(until);
        session << "DELETE FROM used_once WHERE expires < :now", soci::use(moment);
        // One statement: the database decides who is first.
        soci::statement claim =
            (session.prepare << "INSERT INTO used_once (id, expires) "
                                "VALUES (:id, :expires) ON CONFLICT (id) DO NOTHING",
             soci::use(id), soci::use(end));
        claim.execute(true);
        return claim.get_affected_rows() == 1;
      });
}

}  // namespace mtc::storage
