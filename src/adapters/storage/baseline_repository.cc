#include "adapters/storage/baseline_repository.h"

#include "adapters/storage/sql.h"
#include "base/zone.h"

namespace mtc::storage {

using digest::DayTotals;
using digest::KnownTemplate;
using digest::Remembered;

namespace {

void save_totals(soci::session& session, const std::string& scope, const DayTotals& totals,
                 const std::string& day) {
  const long long lines = totals.lines;
  const long long errors = totals.errors;
  session << "DELETE FROM baseline_days WHERE scope = :scope AND day = :day", soci::use(scope),
      soci::use(day);
  session << "DELETE FROM baselines WHERE scope = :scope AND day = :day", soci::use(scope),
      soci::use(day);
  session << "INSERT INTO baseline_days (scope, day, lines, errors) VALUES (:scope, :day, :lines, "
             ":errors)",
      soci::use(scope), soci::use(day), soci::use(lines), soci::use(errors);
}

void save_services(soci::session& session, const std::string& scope, const DayTotals& totals,
                   const std::string& day) {
  std::string service;
  long long lines = 0;
  long long errors = 0;
  long long warnings = 0;
  // Added up where one name comes twice, so that the day is never lost to a key conflict.
  soci::statement insert = (session.prepare << R"(
         INSERT INTO baselines (scope, day, service, lines, errors, warnings)
         VALUES (:scope, :day, :service, :lines, :errors, :warnings)
         ON CONFLICT (scope, day, service) DO UPDATE SET
           lines = baselines.lines + excluded.lines,
           errors = baselines.errors + excluded.errors,
           warnings = baselines.warnings + excluded.warnings)",
                            soci::use(scope), soci::use(day), soci::use(service), soci::use(lines),
                            soci::use(errors), soci::use(warnings));
  for (const auto& total : totals.services) {
    service = total.service;
    lines = total.lines;
    errors = total.errors;
    warnings = total.warnings;
    insert.execute(true);
  }
}

void save_templates(soci::session& session, const std::string& scope,
                    const std::vector<KnownTemplate>& templates, const std::string& day) {
  std::string id;
  std::string service;
  std::string text;
  soci::statement insert = (session.prepare << R"(
         INSERT INTO known_templates (scope, template_id, service, text, first_day, last_day)
         VALUES (:scope, :id, :service, :text, :first, :last)
         ON CONFLICT (scope, template_id) DO UPDATE SET
           first_day = CASE WHEN excluded.first_day < known_templates.first_day
             THEN excluded.first_day ELSE known_templates.first_day END,
           last_day = CASE WHEN excluded.last_day > known_templates.last_day
             THEN excluded.last_day ELSE known_templates.last_day END)",
                            soci::use(scope), soci::use(id), soci::use(service), soci::use(text),
                            soci::use(day), soci::use(day));
  for (const auto& one : templates) {
    id = one.id;
    service = one.service;
    text = one.text;
    insert.execute(true);
  }
}

using Days = std::vector<DayTotals>;

Result<Days> read_days(soci::session& session, const std::string& scope, const std::string& first,
                       const std::string& last) {
  std::string day;
  long long lines = 0;
  long long errors = 0;
  soci::statement query =
      (session.prepare << "SELECT day, lines, errors FROM baseline_days "
                          "WHERE scope = :scope AND day >= :first AND day <= :last ORDER BY day",
       soci::into(day), soci::into(lines), soci::into(errors), soci::use(scope), soci::use(first),
       soci::use(last));
  query.execute();
  Days days;
  while (query.fetch()) {
    const auto parsed = parse_day(day);
    if (!parsed) return fail_in("remembered days", parsed.error());
    days.push_back({.day = *parsed, .lines = lines, .errors = errors, .services = {}});
  }
  return days;
}

// Both lists are in the order of days.
void read_services(soci::session& session, const std::string& scope, const std::string& first,
                   const std::string& last, Days& days) {
  std::string day;
  std::string service;
  long long lines = 0;
  long long errors = 0;
  long long warnings = 0;
  soci::statement query =
      (session.prepare << "SELECT day, service, lines, errors, warnings FROM baselines "
                          "WHERE scope = :scope AND day >= :first AND day <= :last "
                          "ORDER BY day, lines DESC, service",
       soci::into(day), soci::into(service), soci::into(lines), soci::into(errors),
       soci::into(warnings), soci::use(scope), soci::use(first), soci::use(last));
  query.execute();
  auto into = days.begin();
  while (query.fetch()) {
    while (into != days.end() && format_day(into->day) < day) ++into;
    if (into == days.end()) return;
    into->services.push_back(
        {.service = service, .lines = lines, .errors = errors, .warnings = warnings});
  }
}

}  // namespace

Async<Result<void>> SqlBaselineStore::remember(std::string scope, Remembered day) {
  return database_.transaction<void>(
      [scope = std::move(scope), told = std::move(day)](soci::session& session) -> Result<void> {
        const auto text = format_day(told.totals.day);
        save_totals(session, scope, told.totals, text);
        save_services(session, scope, told.totals, text);
        save_templates(session, scope, told.templates, text);
        return {};
      });
}

Async<Result<Days>> SqlBaselineStore::days(std::string scope, std::chrono::year_month_day first,
                                           std::chrono::year_month_day last) {
  return database_.run<Days>([scope = std::move(scope), first = format_day(first),
                              last = format_day(last)](soci::session& session) -> Result<Days> {
    auto days = read_days(session, scope, first, last);
    if (days) read_services(session, scope, first, last, *days);
    return days;
  });
}

Async<Result<std::vector<KnownTemplate>>> SqlBaselineStore::known_templates(
    std::string scope, std::chrono::year_month_day day) {
  using Templates = std::vector<KnownTemplate>;
  return database_.run<Templates>([scope = std::move(scope), text = format_day(day)](
                                      soci::session& session) -> Result<Templates> {
    KnownTemplate row;
    soci::statement query =
        (session.prepare << "SELECT template_id, service, text FROM known_templates "
                            "WHERE scope = :scope AND first_day < :day ORDER BY template_id",
         soci::into(row.id), soci::into(row.service), soci::into(row.text), soci::use(scope),
         soci::use(text));
    query.execute();
    Templates templates;
    while (query.fetch()) templates.push_back(row);
    return templates;
  });
}

}  // namespace mtc::storage
