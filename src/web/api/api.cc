#include "web/api/api.h"

#include <charconv>

#include "base/encoding.h"
#include "base/text.h"
#include "domain/approval/wording.h"
#include "web/api/routes.h"
#include "web/json_answer.h"

namespace mtc::web {
namespace {

constexpr std::string_view kPath = "/api/";
constexpr std::string_view kVersion = "/api/v1";
constexpr std::size_t kMostBodyBytes = 64U << 10U;
constexpr int kBodyDepth = 8;

std::vector<Route> all_routes() {
  std::vector<Route> out;
  for (const auto family : {alert_routes(), desk_routes(), silence_routes(), scoring_routes(),
                            rollback_routes(), checkpoint_routes(), audit_routes()})
    out.insert(out.end(), family.begin(), family.end());
  return out;
}

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  if (error != std::errc{} || end != text.end() || number < 1) return std::nullopt;
  return number;
}

// The number in the path, 0 without one; nullopt where it is another path.
std::optional<std::int64_t> match(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/'), given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{number}") {
      const auto read = read_number(given[i]);
      if (!read) return std::nullopt;
      number = *read;
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return number;
}

struct Found {
  const Route* route = nullptr;
  std::int64_t number = 0;
  std::string_view other_method;  // that the path knows, where it does not know this one
};

Found find_route(std::string_view method, std::string_view path) {
  static const std::vector<Route> kRoutes = all_routes();
  Found found;
  if (!path.starts_with(kVersion)) return found;
  path.remove_prefix(kVersion.size());
  for (const Route& route : kRoutes) {
    const auto number = match(route.path, path);
    if (!number) continue;
    if (route.method == method) return {.route = &route, .number = *number};
    found.other_method = route.method;
  }
  return found;
}

Result<Json> read_query(std::string_view query) {
  Json out = Json::object();
  for (const auto part : split(query, '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto name = percent_decode(part.substr(0, equals));
    const auto value = percent_decode(equals == std::string_view::npos ? std::string_view()
                                                                       : part.substr(equals + 1));
    if (!name || !value || !is_valid_utf8(*name) || !is_valid_utf8(*value))
      return fail(Errc::invalid_argument, "the query is not percent-encoded UTF-8");
    if (out.contains(*name))
      return fail(Errc::invalid_argument, shorten_bytes(*name, 60) + ": given twice");
    if (!value->empty()) out[*name] = *value;
  }
  return out;
}

Result<Json> read_body(const HttpRequest& request) {
  if (request.method == "GET" || trim(request.body).empty()) return Json::object();
  auto body = parse_json(request.body, kBodyDepth);
  if (!body) return fail_in("the body", body.error());
  return body;
}

HttpResponse no_token() {
  auto answer =
      error_answer(401, "unauthenticated", "Send an API token: Authorization: Bearer mtc_…");
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

std::string bearer_of(std::string_view authorization) {
  constexpr std::string_view kBearer = "Bearer ";
  if (authorization.size() <= kBearer.size() ||
      !equals_ignoring_case(authorization.substr(0, kBearer.size()), kBearer))
    return {};
  return std::string(trim(authorization.substr(kBearer.size())));
}

}  // namespace

bool Api::serves(std::string_view path) {
  return path.starts_with(kPath);
}

Async<> Api::handle(HttpExchange& exchange) {
  HttpResponse response = co_await answer(exchange.request());
  co_await exchange.respond(std::move(response));
}

Async<HttpResponse> Api::answer(HttpRequest request) {
  std::string bearer = bearer_of(request.header("authorization"));
  if (bearer.empty()) co_return no_token();
  auto who = co_await ports_.who(std::move(bearer));
  if (!who) {
    co_return who.error().code == Errc::unauthenticated ? no_token() : error_answer(who.error());
  }
  if (who->user.disabled) co_return no_token();
  const Found found = find_route(request.method, request.path);
  if (found.route == nullptr && !found.other_method.empty())
    co_return wrong_method_answer(found.other_method);
  if (found.route == nullptr)
    co_return error_answer(404, "not_found", "There is no such address; see docs/API.md.");
  if (!who->may(found.route->scope)) {
    co_return error_answer(403, "denied",
                           approval::say_missing_scope(found.route->scope, who->user.language));
  }
  if (request.body.size() > kMostBodyBytes)
    co_return error_answer(413, "invalid_argument", "The body is too large.");
  const auto result =
      co_await call(*found.route, found.number, std::move(request), std::move(*who));
  co_return result ? json_answer(200, *result) : error_answer(result.error());
}

Async<Result<Json>> Api::call(const Route& route, std::int64_t number, HttpRequest request,
                              identity::Principal who) {
  auto query = read_query(request.query);
  if (!query) co_return fail(std::move(query).error());
  auto body = read_body(request);
  if (!body) co_return fail(std::move(body).error());
  const auto account = co_await ports_.account_of(who.user);
  if (!account) co_return fail(account.error());
  co_return co_await route.handle({.ports = ports_,
                                   .who = std::move(who),
                                   .account = *account,
                                   .number = number,
                                   .query = std::move(*query),
                                   .body = std::move(*body)});
}

}  // namespace mtc::web
