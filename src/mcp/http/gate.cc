#include "mcp/http/gate.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "mcp/http/web_guard.h"

namespace mtc::mcp {
namespace {

std::optional<std::string> bearer_in(const HttpRequest& request) {
  const auto value = trim(request.header("Authorization"));
  constexpr std::string_view kScheme = "Bearer ";
  if (value.size() <= kScheme.size() ||
      !equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return std::string(trim(value.substr(kScheme.size())));
}

// What needs no quoting inside a header.
bool is_plain_path(std::string_view path) {
  return std::ranges::all_of(path, [](char c) { return is_alnum(c) || is_one_of(c, "/-._~"); });
}

std::string oauth_error(std::string_view code, std::string_view text) {
  return dump_json(Json{{"error", code}, {"error_description", text}});
}

}  // namespace

Async<bool> Gate::admit(Visit& visit) const {
  co_return co_await admit_page(visit) && co_await authenticate(visit) && co_await count(visit);
}

Async<bool> Gate::admit_page(Visit& visit) const {
  const auto host = visit.request().header("Host");
  const auto origin = visit.request().header("Origin");
  if (!is_allowed_host(host, options_.hosts)) {
    co_await visit.send_error(403, invalid_request("This Host is not served here"));
    co_return false;
  }
  if (origin.empty()) co_return true;
  if (!is_allowed_origin(origin, host, options_.origins)) {
    co_await visit.send_error(403, invalid_request("This Origin may not use this server"));
    co_return false;
  }
  visit.headers = {{"Access-Control-Allow-Origin", std::string(origin)},
                   {"Vary", "Origin"},
                   {"Access-Control-Expose-Headers", "mcp-session-id, www-authenticate"}};
  co_return true;
}

Async<> Gate::answer_preflight(Visit& visit, std::string_view methods,
                               std::string allowed_headers) const {
  visit.headers.emplace_back("Access-Control-Allow-Methods", methods);
  visit.headers.emplace_back("Access-Control-Allow-Headers", std::move(allowed_headers));
  visit.headers.emplace_back("Access-Control-Max-Age", "600");
  co_await visit.send_empty(204);
}

std::string Gate::challenge(const Visit& visit, std::string_view error,
                            std::string_view scope) const {
  std::string out = "Bearer";
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += fmt::format("{} {}=\"{}\"", out.ends_with('"') ? "," : "", name, value);
  };
  add("error", error);
  add("scope", scope);
  if (!options_.public_url.empty()) {
    const std::string_view path = visit.resource.empty() ? visit.request().path : visit.resource;
    add("resource_metadata", fmt::format("{}{}{}", options_.public_url, kResourceMetadataPath,
                                         is_plain_path(path) ? path : ""));
  }
  return out;
}

Async<bool> Gate::authenticate(Visit& visit) const {
  if (authenticator_ == nullptr) {
    visit.principal = options_.anonymous;
    co_return true;
  }
  auto bearer = bearer_in(visit.request());
  if (!bearer) {
    visit.headers.emplace_back("WWW-Authenticate", challenge(visit, {}, options_.scope));
    co_await visit.send_json(401,
                             oauth_error("unauthorized", "Send a token: Authorization: Bearer …"));
    co_return false;
  }
  auto principal = co_await authenticator_->authenticate(std::move(*bearer));
  if (principal) {
    visit.principal = std::move(*principal);
    co_return true;
  }
  const auto& error = principal.error();
  if (error.code == Errc::unauthenticated || error.code == Errc::denied ||
      error.code == Errc::not_found || error.code == Errc::invalid_argument) {
    visit.headers.emplace_back("WWW-Authenticate",
                               challenge(visit, "invalid_token", options_.scope));
    co_await visit.send_json(401, oauth_error("invalid_token", error.message));
  } else {
    // Whoever asks is a stranger yet: what is wrong inside is for the log.
    spdlog::error("mcp: a token cannot be checked: {}", error.message);
    visit.headers.emplace_back("Retry-After", "5");
    co_await visit.send_json(503, oauth_error("temporarily_unavailable",
                                              "Tokens cannot be checked now; try again soon"));
  }
  co_return false;
}

Async<bool> Gate::count(Visit& visit) const {
  if (limits_ == nullptr) co_return true;
  const auto wait = limits_->refuse(visit.principal.subject);
  if (wait) co_await refuse_for_now(visit, *wait);
  co_return !wait;
}

Async<bool> Gate::take_place(Visit& visit) const {
  if (limits_ == nullptr) co_return true;
  auto ticket = limits_->enter(visit.principal.subject);
  if (ticket) {
    visit.ticket = std::move(*ticket);
    co_return true;
  }
  co_await refuse_for_now(visit, 1);
  co_return false;
}

void Gate::charge(const Visit& visit, std::size_t more) const {
  if (limits_ != nullptr) limits_->charge(visit.principal.subject, more);
}

Async<> Gate::refuse_for_now(Visit& visit, int seconds) {
  visit.headers.emplace_back("Retry-After", std::to_string(seconds));
  co_await visit.send_error(
      429, invalid_request(fmt::format("Too many requests; try again in {} s", seconds)));
}

Async<> Gate::refuse_scope(Visit& visit, const std::string& scope) const {
  visit.headers.emplace_back("WWW-Authenticate", challenge(visit, "insufficient_scope", scope));
  co_await visit.send_json(
      403, oauth_error("insufficient_scope", fmt::format("This needs the scope {}", scope)));
}

}  // namespace mtc::mcp
