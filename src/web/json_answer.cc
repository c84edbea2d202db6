#include "web/json_answer.h"

#include <fmt/format.h>

namespace mtc::web {
namespace {

int status_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument:
      return 400;
    case Errc::unauthenticated:
      return 401;
    case Errc::denied:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::conflict:
      return 409;
    case Errc::rate_limited:
      return 429;
    case Errc::resource_exhausted:
    case Errc::unavailable:
    case Errc::timed_out:
    case Errc::cancelled:
      return 503;
    case Errc::internal:
      return 500;
  }
  return 500;
}

}  // namespace

HttpResponse json_answer(int status, const Json& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}},
          .body = dump_json(body)};
}

HttpResponse error_answer(int status, std::string_view error, std::string_view message) {
  return json_answer(status, {{"error", error}, {"message", message}});
}

HttpResponse error_answer(const Error& error) {
  return error_answer(status_of(error.code), name_of(error.code), error.message);
}

HttpResponse wrong_method_answer(std::string_view allowed) {
  auto answer =
      error_answer(405, "method_not_allowed", fmt::format("Only {} is answered here.", allowed));
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

}  // namespace mtc::web
