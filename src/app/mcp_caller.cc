#include "app/mcp_caller.h"

#include <fmt/format.h>

namespace mtc::app {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

Errc errc_of(int status) {
  if (status == 401) return Errc::unauthenticated;
  if (status == 403) return Errc::denied;
  if (status == 404) return Errc::not_found;
  return status >= 500 ? Errc::unavailable : Errc::invalid_argument;
}

}  // namespace

Result<ToolAnswer> read_tool_answer(const Json& response) {
  if (response.contains("error")) {
    return fail(Errc::invalid_argument,
                string_or(response["error"], "message", "the server gave no reason"));
  }
  const Json& result = object_or_empty(response, "result");
  const Json& content = array_or_empty(result, "content");
  return ToolAnswer{.text = content.empty() ? std::string() : string_or(content[0], "text"),
                    .data = object_or_empty(result, "structuredContent"),
                    .is_error = bool_or(result, "isError")};
}

Async<Result<ToolAnswer>> McpCaller::call(std::string tool, Json arguments) {
  const Json request{{"jsonrpc", "2.0"},
                     {"id", next_id_++},
                     {"method", "tools/call"},
                     {"params",
                      {{"name", tool},
                       {"arguments", std::move(arguments)},
                       {"_meta",
                        {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                         {"io.modelcontextprotocol/clientCapabilities", Json::object()},
                         {"io.modelcontextprotocol/clientInfo",
                          {{"name", "mcp-tencent-cloud"}, {"version", MTC_VERSION}}}}}}}};
  OutboundRequest out{.method = "POST",
                      .url = url_,
                      .headers = {{"Content-Type", "application/json"},
                                  {"Accept", "application/json"},
                                  {"MCP-Protocol-Version", "2026-07-28"},
                                  {"Mcp-Method", "tools/call"},
                                  {"Mcp-Name", tool}},
                      .body = dump_json(request),
                      .timeout = kPatience};
  if (!token_.empty()) out.headers.emplace_back("Authorization", "Bearer " + token_);
  auto response = co_await transport_.send(std::move(out));
  if (!response) co_return fail(std::move(response).error());
  auto body = parse_json(response->body);
  if (!body) {
    co_return fail(errc_of(response->status),
                   fmt::format("{} answered HTTP {} without JSON", url_, response->status));
  }
  auto answer = read_tool_answer(*body);
  if (!answer && response->status != 200)
    co_return fail(errc_of(response->status), std::move(answer).error().message);
  co_return answer;
}

}  // namespace mtc::app
