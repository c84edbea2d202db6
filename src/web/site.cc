#include "web/site.h"

#include "base/json.h"
#include "domain/digest/html.h"
#include "domain/narration/picture_reader.h"
#include "web/json_answer.h"

namespace mtc::web {
namespace {

constexpr std::string_view kPictures = "/pictures/";

// The page is ours from the first to the last byte: no script, nothing loaded from elsewhere, no
// framing, no caching.
const HttpHeaders kPageHeaders{
    {"Content-Type", "text/html; charset=utf-8"},
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
     "'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
};

HttpResponse not_found() {
  return error_answer(404, "not_found", "There is nothing here, or the link has expired.");
}

Language language_of(std::string_view accept_language, std::string_view query) {
  if (query == "lang=en") return Language::en;
  if (query == "lang=zh") return Language::zh;
  return accept_language.starts_with("en") ? Language::en : Language::zh;
}

}  // namespace

Async<> Site::handle(HttpExchange& exchange) {
  HttpResponse response = co_await answer(exchange.request());
  co_await exchange.respond(std::move(response));
}

Async<HttpResponse> Site::answer(HttpRequest request) {
  if (request.method == "POST" && request.path == "/pictures")
    co_return co_await take_picture(std::move(request));
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse refused = error_answer(405, "method_not_allowed", "Only GET is answered here.");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    co_return refused;
  }
  if (request.path == "/healthz") co_return json_answer(200, {{"status", "ok"}});
  if (request.path.starts_with(kPictures))
    co_return show_picture(std::string_view(request.path).substr(kPictures.size()));
  if (request.path.starts_with("/d/")) co_return co_await show_digest(std::move(request));
  co_return not_found();
}

Async<HttpResponse> Site::show_digest(HttpRequest request) {
  auto digest = co_await links_.open(request.path.substr(3));
  if (!digest) {
    co_return error_answer(503, name_of(digest.error().code),
                           "The database does not answer; try again.");
  }
  if (!*digest) co_return not_found();
  const Language language = language_of(request.header("accept-language"), request.query);
  co_return HttpResponse{
      .status = 200, .headers = kPageHeaders, .body = digest::render_html(**digest, language)};
}

Async<HttpResponse> Site::take_picture(HttpRequest request) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto given = request.header("authorization");
  const bool known =
      given.starts_with(kBearer) && co_await knows_(std::string(given.substr(kBearer.size())));
  if (!known) {
    co_return error_answer(401, "unauthenticated",
                           "Send an API token: Authorization: Bearer mtc_…");
  }
  auto picture = narration::check_picture(std::move(request.body));
  if (!picture) {
    co_return error_answer(400, name_of(picture.error().code), picture.error().message);
  }
  const auto id = pictures_.keep(std::move(*picture));
  co_return json_answer(
      201, {{"url", links_.public_url() + std::string(kPictures) + id},
            {"expires_in_seconds",
             std::chrono::duration_cast<std::chrono::seconds>(Pictures::kLifetime).count()}});
}

HttpResponse Site::show_picture(std::string_view id) {
  auto picture = pictures_.find(id);
  if (!picture) return not_found();
  return {.status = 200,
          .headers = {{"Content-Type", picture->mime_type},
                      {"Content-Security-Policy", "default-src 'none'"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}},
          .body = std::move(picture->bytes)};
}

}  // namespace mtc::web
