#include "services/basic/dashboard_resources.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/basic/dashboard_access.h"
#include "services/common/completion.h"
#include "services/common/kept_names.h"

namespace mtc::services {
namespace {

constexpr std::string_view kAll = "ops://dashboards";
constexpr std::size_t kLongestName = 200;  // bytes, as of the tool's argument

struct Found {
  LogCaller caller;
  logs::Dashboard board;
};

Async<Result<Found>> find_asked(LogToolPorts ports, mcp::UriVariables variables,
                                mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, std::move(context), "");
  if (!caller) co_return fail(std::move(caller).error());
  auto& said = variables["dashboard"];
  if (said.size() > kLongestName) co_return fail(Errc::not_found, "no name is that long");
  auto board = co_await find_dashboard(ports, *caller, std::move(said));
  if (!board) co_return fail(std::move(board).error());
  co_return Found{.caller = std::move(*caller), .board = std::move(*board)};
}

mcp::ResourceContents as_json(std::string uri, const Json& data) {
  return {.uri = std::move(uri), .mime_type = "application/json", .text = dump_json(data)};
}

// ---- ops://dashboards

Async<Result<mcp::ResourceContents>> read_all(LogToolPorts ports, std::string uri,
                                              mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, std::move(context), "");
  if (!caller) co_return fail(std::move(caller).error());
  const auto boards = co_await list_dashboards(ports, std::move(*caller));
  if (!boards) co_return fail(boards.error());
  Json shown = Json::array();
  for (const auto& board : *boards) {
    const std::string address = std::string(kAll) + "/" + percent_encode(board.id);
    shown.push_back({{"id", board.id}, {"name", board.name}, {"uri", address}});
  }
  co_return as_json(std::move(uri),
                    {{"region", ports.usual_region}, {"dashboards", std::move(shown)}});
}

// They are not listed one by one: whoever lists resources would wait for the log service.
mcp::Resource all_dashboards(const LogToolPorts& ports) {
  return {.uri = std::string(kAll),
          .name = "dashboards",
          .title = "Dashboards · 仪表盘",
          .description = "The dashboards there are, with their addresses",
          .mime_type = "application/json",
          .scope = "ops.read",
          .read = [ports](std::string uri, const mcp::UriVariables&, mcp::CallContext context) {
            return read_all(ports, std::move(uri), std::move(context));
          }};
}

// ---- ops://dashboards/{dashboard}

Async<Result<mcp::ResourceContents>> read_definition(LogToolPorts ports, std::string uri,
                                                     mcp::UriVariables variables,
                                                     mcp::CallContext context) {
  const auto found = co_await find_asked(ports, std::move(variables), std::move(context));
  if (!found) co_return fail(found.error());
  Json shown = dashboards::to_json(dashboards::read_definition(found->board.data));
  shown["id"] = found->board.id;
  shown["name"] = found->board.name;
  co_return as_json(std::move(uri), shown);
}

mcp::Resource definitions(const LogToolPorts& ports, mcp::Completer complete) {
  return {.uri = std::string(kAll) + "/{dashboard}",
          .name = "dashboard",
          .title = "Dashboard · 仪表盘",
          .description = "What a dashboard's panels ask for",
          .mime_type = "application/json",
          .scope = "ops.read",
          .read =
              [ports](std::string uri, mcp::UriVariables variables, mcp::CallContext context) {
                return read_definition(ports, std::move(uri), std::move(variables),
                                       std::move(context));
              },
          .completers = {{"dashboard", std::move(complete)}}};
}

// ---- ops://dashboards/{dashboard}/picture

Async<Result<mcp::ResourceContents>> read_picture(LogToolPorts ports, std::string uri,
                                                  mcp::UriVariables variables,
                                                  mcp::CallContext context) {
  auto found = co_await find_asked(ports, std::move(variables), std::move(context));
  if (!found) co_return fail(std::move(found).error());
  const auto range = usual_range(found->board, found->caller.now);
  const auto language = found->caller.language();
  const auto view =
      co_await look_at_dashboard(ports, std::move(found->caller), std::move(found->board), range);
  auto charts = dashboards::charts_of(view, language);
  if (charts.empty()) {
    if (view.panels.empty()) co_return fail(Errc::not_found, "the dashboard has no panel to draw");
    co_return cloud_failure(view.panels.front().chart.error(), language);
  }
  auto picture = co_await ports.painter->paint(view.name, std::move(charts));
  if (!picture) co_return fail(std::move(picture).error());
  co_return mcp::ResourceContents{
      .uri = std::move(uri), .mime_type = "image/png", .bytes = std::move(*picture)};
}

mcp::Resource pictures(const LogToolPorts& ports, mcp::Completer complete) {
  return {.uri = std::string(kAll) + "/{dashboard}/picture",
          .name = "dashboard_picture",
          .title = "Charts of a dashboard · 仪表盘图",
          .description = "What a dashboard shows now, as a picture",
          .mime_type = "image/png",
          .scope = "ops.read",
          .read =
              [ports](std::string uri, mcp::UriVariables variables, mcp::CallContext context) {
                return read_picture(ports, std::move(uri), std::move(variables),
                                    std::move(context));
              },
          .completers = {{"dashboard", std::move(complete)}}};
}

// ---- completing

Async<Result<std::vector<std::string>>> fetch_names(LogToolPorts ports, identity::User user) {
  const auto boards = co_await ports.admin(user, "").dashboards();
  if (!boards) co_return fail(boards.error());
  std::vector<std::string> names;
  for (const auto& board : *boards) {
    // A name with a slash does not fit into an address.
    const bool fits = !board.name.empty() && board.name.find('/') == std::string::npos;
    names.push_back(fits ? board.name : board.id);
  }
  co_return names;
}

Async<Result<std::vector<std::string>>> complete_name(Callers* callers,
                                                      std::shared_ptr<KeptNames> names,
                                                      std::string typed, mcp::CallContext context) {
  auto principal = co_await callers->resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  auto found = co_await names->list(std::move(principal->user));
  // Completing is a courtesy: a log service that does not answer must not stop anybody from typing.
  if (!found) co_return std::vector<std::string>{};
  co_return beginning_with(typed, std::move(*found));
}

mcp::Completer completer(const LogToolPorts& ports) {
  const auto names = std::make_shared<KeptNames>(
      [ports](identity::User user) { return fetch_names(ports, std::move(user)); }, ports.clock);
  return
      [callers = &ports.callers, names](
          std::string typed, const std::map<std::string, std::string>&, mcp::CallContext context) {
        return complete_name(callers, names, std::move(typed), std::move(context));
      };
}

}  // namespace

std::vector<mcp::Resource> dashboard_resources(const LogToolPorts& ports) {
  const auto complete = completer(ports);
  std::vector<mcp::Resource> out{all_dashboards(ports), definitions(ports, complete)};
  if (ports.painter != nullptr) out.push_back(pictures(ports, complete));
  return out;
}

}  // namespace mtc::services
