#include "adapters/storage/numbers.h"

namespace mtc::storage {

namespace {

void add(soci::session& session, const std::string& kind, long long account, long long count) {
  soci::statement update = (session.prepare << "UPDATE numbers SET given = given + :count "
                                               "WHERE kind = :kind AND account = :account",
                            soci::use(count), soci::use(kind), soci::use(account));
  update.execute(true);
  if (update.get_affected_rows() > 0) return;
  session << "INSERT INTO numbers (kind, account, given) VALUES (:kind, :account, :count)",
      soci::use(kind), soci::use(account), soci::use(count);
}

}  // namespace

void hold_numbers(soci::session& session, const std::string& kind, long long account) {
  add(session, kind, account, 0);
}

long long take_numbers(soci::session& session, const std::string& kind, long long account,
                       long long count) {
  add(session, kind, account, count);
  long long given = 0;
  session << "SELECT given FROM numbers WHERE kind = :kind AND account = :account",
      soci::into(given), soci::use(kind), soci::use(account);
  return given - count + 1;
}

}  // namespace mtc::storage
