#include "app/commands/audit.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "adapters/storage/audit_repository.h"
#include "app/commands/admin.h"
#include "app/commands/table.h"
#include "app/commands/token.h"
#include "base/text.h"
#include "base/zone.h"
#include "domain/audit/chain.h"
#include "infra/loop/run.h"

namespace mtc::app {

namespace {

using audit::Row;

constexpr std::int64_t kPage = 500;

struct AuditOptions {
  AdminOptions admin;
  audit::Filter filter;
  std::string since = "never";
  std::int64_t after = 0;
  std::string expected;
};

struct NumberAndHash {
  std::int64_t number = 0;
  std::string hash;
};

// "1234:5f0c…", as `verify` printed it.
Result<std::optional<NumberAndHash>> parse_expected(std::string_view text) {
  if (text.empty()) return std::nullopt;
  NumberAndHash out;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || out.number <= 0 || !rest.starts_with(':') || rest.size() < 9) {
    return fail(Errc::invalid_argument,
                "--expect: write number and hash of a row as `audit verify` prints them, "
                "NUMBER:HASH");
  }
  out.hash = to_lower_ascii(rest.substr(1));
  return out;
}

int print_lines(const std::vector<Row>& rows) {
  std::string out;
  for (const auto& row : rows) out += dump_json(to_json(row)) + "\n";
  return print(out);
}

int print_table(const std::vector<Row>& rows) {
  if (rows.empty()) return print("nothing in the audit log, or nothing that fits\n");
  std::vector<std::vector<std::string>> table{
      {"NUMBER", "TIME (UTC)", "WHO", "TRUST", "CHANNEL", "WHAT", "ACTION", "TARGET", "WHY"}};
  for (const auto& row : rows) {
    const auto& entry = row.entry;
    table.push_back({std::to_string(row.number), format_civil(entry.time, Zone::utc()), entry.actor,
                     entry.assurance, entry.channel, std::string(name_of(entry.event)),
                     entry.action, entry.target, shorten_characters(entry.reason, 60)});
  }
  return print(format_table(table));
}

int list_rows(const AuditOptions& options) {
  const auto age = parse_lifetime(options.since);
  if (!age) return report(fail_in("--since", age.error()).error());
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  auto filter = options.filter;
  if (*age) filter.since = (*foundation)->clock.now() - **age;
  storage::SqlAuditLog log(*(*foundation)->database, (*foundation)->fingerprint);
  const auto rows = run(log.list(std::move(filter)));
  if (!rows) return report(rows.error());
  return options.admin.json ? print_lines(*rows) : print_table(*rows);
}

int export_rows(const AuditOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  storage::SqlAuditLog log(*(*foundation)->database, (*foundation)->fingerprint);
  for (std::int64_t last = options.after;;) {
    const auto page = run(log.after(last, kPage));
    if (!page) return report(page.error());
    if (page->empty()) return kOk;
    if (const int code = print_lines(*page); code != kOk) return code;
    last = page->back().number;
  }
}

// What was noted elsewhere is still there: rows that are missing at the end leave no other trace.
Result<std::optional<audit::Flaw>> compare(audit::Log& log, const NumberAndHash& expected) {
  const auto found = run(log.after(expected.number - 1, 1));
  if (!found) return fail(found.error());
  if (found->empty() || found->front().number != expected.number) {
    return audit::Flaw{.number = expected.number,
                       .what = fmt::format("row {} is missing", expected.number)};
  }
  if (!found->front().hash.starts_with(expected.hash)) {
    return audit::Flaw{
        .number = expected.number,
        .what = fmt::format("row {} is another one than was expected", expected.number)};
  }
  return std::nullopt;
}

int print_verdict(const audit::Verification& verdict, bool json) {
  if (json) {
    Json out{{"rows", verdict.rows}, {"last_hash", verdict.last_hash}, {"whole", !verdict.flaw}};
    if (verdict.flaw) {
      out["bad_row"] = verdict.flaw->number;
      out["why"] = verdict.flaw->what;
    }
    const int code = print_json(out);
    return verdict.flaw ? kFailed : code;
  }
  if (verdict.flaw) {
    return report({.code = Errc::internal,
                   .message = fmt::format("the audit log is broken: {}", verdict.flaw->what)});
  }
  if (verdict.rows == 0) return print("the audit log is empty\n");
  return print(fmt::format("{} rows, unbroken; the last is {}:{}\n", verdict.rows, verdict.rows,
                           verdict.last_hash));
}

int verify_rows(const AuditOptions& options) {
  const auto expected = parse_expected(options.expected);
  if (!expected) return report(expected.error());
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  const auto& hasher = (*foundation)->fingerprint;
  storage::SqlAuditLog log(*(*foundation)->database, hasher);
  auto verdict = run(audit::verify(log, hasher));
  if (!verdict) return report(verdict.error());
  if (!verdict->flaw && *expected) {
    auto flaw = compare(log, **expected);
    if (!flaw) return report(flaw.error());
    verdict->flaw = std::move(*flaw);
  }
  return print_verdict(*verdict, options.admin.json);
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<AuditOptions>();
  auto* const audit =
      app.add_subcommand("audit", "Who did what, and why it was allowed: list, verify, export");
  audit->require_subcommand(1);
  audit->footer("Example: mcp-tencent-cloud audit list --since 24h");

  auto* const list = audit->add_subcommand("list", "List what happened, newest first");
  list->footer("Example: mcp-tencent-cloud audit list --actor zhangsan --since 7d");
  list->add_option("--actor", options->filter.actor, "Only of this user");
  list->add_option("--action", options->filter.action, "Only of this tool, e.g. scale_workload");
  list->add_option("--target", options->filter.target, "Only of this target, as the list shows it");
  list->add_option("--since", options->since, "Not older than 30m, 12h, 90d, 52w");
  list->add_option("--limit", options->filter.limit, "How many rows")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  add_admin_options(*list, options->admin);
  list->callback([=, &exit_code] { exit_code = list_rows(*options); });

  auto* const verify =
      audit->add_subcommand("verify", "Check that no row was changed, removed or moved");
  verify->footer(
      "Example: mcp-tencent-cloud audit verify\n"
      "Prints number and hash of the last row. Keep them elsewhere and give them to --expect "
      "later: "
      "that also shows whether rows were cut off at the end.");
  verify->add_option("--expect", options->expected,
                     "NUMBER:HASH of a row that must be there, as verify printed it once");
  add_admin_options(*verify, options->admin);
  verify->callback([=, &exit_code] { exit_code = verify_rows(*options); });

  auto* const all = audit->add_subcommand("export", "Print all rows, one JSON object a line");
  all->footer("Example: mcp-tencent-cloud audit export --after 1200");
  all->add_option("--after", options->after, "Only rows after this number")
      ->check(CLI::NonNegativeNumber);
  add_admin_options(*all, options->admin);
  all->callback([=, &exit_code] { exit_code = export_rows(*options); });
}

}  // namespace mtc::app
