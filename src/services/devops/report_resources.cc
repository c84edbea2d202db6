#include "services/devops/report_resources.h"

#include "base/zone.h"
#include "services/common/completion.h"
#include "services/devops/report_document.h"

namespace mtc::services {
namespace {

using Morning = broadcast::PreparedBroadcast;

constexpr int kListedMornings = 14;
constexpr std::string_view kDigests = "ops://digests/";

// What is shown of each recent morning, the newest first.
template <class Shown>
Async<Result<std::vector<Shown>>> recent_mornings(ReportPorts ports, Shown (*show)(const Morning&),
                                                  mcp::CallContext context) {
  auto principal = co_await ports.callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  const auto mornings = co_await ports.store.recent_prepared(principal->user.id, kListedMornings);
  if (!mornings) co_return fail(mornings.error());
  std::vector<Shown> shown;
  for (const auto& morning : *mornings) shown.push_back(show(morning));
  co_return shown;
}

using Name = std::string (*)(const Morning&);

Async<Result<std::vector<std::string>>> complete(ReportPorts ports, Name name, std::string typed,
                                                 mcp::CallContext context) {
  auto names = co_await recent_mornings(ports, name, std::move(context));
  if (!names) co_return fail(std::move(names).error());
  co_return beginning_with(typed, std::move(*names));
}

mcp::Completer completer(const ReportPorts& ports, Name name) {
  return [ports, name](std::string typed, std::map<std::string, std::string>,
                       mcp::CallContext context) {
    return complete(ports, name, std::move(typed), std::move(context));
  };
}

// ---- ops://reports/{day}

Async<Result<mcp::ResourceContents>> read_report(ReportPorts ports, std::string day_text,
                                                 mcp::CallContext context) {
  auto principal = co_await ports.callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  const auto day = parse_day(day_text);
  if (!day) co_return fail(Errc::not_found, "days look like 2026-11-22");
  auto prepared = co_await ports.store.prepared(principal->user.id, *day);
  if (!prepared) co_return fail(std::move(prepared).error());
  if (!*prepared) co_return fail(Errc::not_found, "there is no report of " + day_text);
  co_return co_await write_report(ports.store, std::move(principal->user), std::move(**prepared));
}

mcp::ResourceEntry report_of(const Morning& morning) {
  const std::string day = format_day(morning.day);
  return {.uri = report_uri(morning.day),
          .name = "report-" + day,
          .title = "Report of the night · 夜间报告 " + day,
          .description = "As it was spoken, and the details",
          .mime_type = "text/markdown"};
}

std::string day_of(const Morning& morning) {
  return format_day(morning.day);
}

mcp::Resource reports(const ReportPorts& ports) {
  return {.uri = "ops://reports/{day}",
          .name = "report",
          .title = "Report of the night · 夜间报告",
          .description = "The report of a morning as it was spoken, and the details under it",
          .mime_type = "text/markdown",
          .scope = "ops.read",
          .read =
              [ports](std::string, mcp::UriVariables variables, mcp::CallContext context) {
                return read_report(ports, std::move(variables["day"]), std::move(context));
              },
          .list =
              [ports](mcp::CallContext context) {
                return recent_mornings(ports, report_of, std::move(context));
              },
          .completers = {{"day", completer(ports, day_of)}}};
}

// ---- ops://digests/{id}

Async<Result<mcp::ResourceContents>> read_digest(ReportPorts ports, std::string id,
                                                 mcp::CallContext context) {
  auto principal = co_await ports.callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  auto digest = co_await ports.store.find_digest_of(principal->user.id, id);
  if (!digest) co_return fail(std::move(digest).error());
  if (!*digest) co_return fail(Errc::not_found, "there is no such digest");
  co_return mcp::ResourceContents{.uri = std::string(kDigests) + id,
                                  .mime_type = "application/json",
                                  .text = dump_json(digest::to_json(**digest))};
}

mcp::ResourceEntry digest_of(const Morning& morning) {
  const std::string day = format_day(morning.day);
  return {.uri = std::string(kDigests) + morning.digest_id,
          .name = "digest-" + day,
          .title = "Figures of the night · 夜间数据 " + day,
          .description = "All that the report of that morning rests on",
          .mime_type = "application/json"};
}

std::string digest_id_of(const Morning& morning) {
  return morning.digest_id;
}

mcp::Resource digests(const ReportPorts& ports) {
  return {.uri = std::string(kDigests) + "{id}",
          .name = "digest",
          .title = "Figures of the night · 夜间数据",
          .description = "All that a report rests on: totals, templates, spikes, hours",
          .mime_type = "application/json",
          .scope = "ops.read",
          .read =
              [ports](std::string, mcp::UriVariables variables, mcp::CallContext context) {
                return read_digest(ports, std::move(variables["id"]), std::move(context));
              },
          .list =
              [ports](mcp::CallContext context) {
                return recent_mornings(ports, digest_of, std::move(context));
              },
          .completers = {{"id", completer(ports, digest_id_of)}}};
}

}  // namespace

std::vector<mcp::Resource> report_resources(const ReportPorts& ports) {
  return {reports(ports), digests(ports)};
}

}  // namespace mtc::services
