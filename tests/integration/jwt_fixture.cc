// Verifies tokens that others signed: reads JSON lines {"jwks", "token", "issuer", "audience",
// "now"} (now in seconds) on stdin and answers each with a line {"claims"} or {"error"}.
#include <cstdio>
#include <iostream>
#include <string>

#include "infra/jwt/jwt.h"

namespace mtc {
namespace {

Result<Json> answer(const std::string& line) {
  const auto question = parse_json(line);
  if (!question) return fail(question.error());
  const auto keys = parse_jwks(object_or_empty(*question, "jwks"));
  if (!keys) return fail(keys.error());
  const JwtRules rules{.issuer = string_or(*question, "issuer"),
                       .audiences = {string_or(*question, "audience")}};
  return verify_jwt(string_or(*question, "token"), *keys, rules,
                    numeric_date(*question, "now").value_or(TimePoint{}));
}

void serve() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto claims = answer(line);
    const Json result =
        claims ? Json{{"claims", *claims}} : Json{{"error", claims.error().message}};
    std::puts(dump_json(result).c_str());
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace mtc

int main() {
  mtc::serve();
}
