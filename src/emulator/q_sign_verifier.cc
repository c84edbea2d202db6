#include "emulator/q_sign_verifier.h"

#include <map>

#include "base/encoding.h"
#include "base/text.h"
#include "emulator/numbers.h"
#include "emulator/tc3_verifier.h"
#include "infra/crypto/sha256.h"

namespace mtc::emulator {
namespace {

using Pairs = std::map<std::string, std::string>;

Pairs parse_pairs(std::string_view text) {
  Pairs out;
  for (const auto pair : split(text, '&')) {
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos)
      out[to_lower_ascii(pair.substr(0, equals))] = pair.substr(equals + 1);
  }
  return out;
}

std::string list_pairs(const Pairs& pairs) {
  std::string out;
  for (const auto& [key, value] : pairs) {
    if (!out.empty()) out += '&';
    out += key + "=" + percent_encode(value);
  }
  return out;
}

Pairs signed_parameters(const HttpRequest& request, std::string_view names) {
  Pairs out;
  const auto sent = parse_pairs(request.query);
  for (const auto name : split(names, ';')) {
    if (const auto it = sent.find(std::string(name)); it != sent.end()) {
      out[it->first] = percent_decode(it->second).value_or(it->second);
    }
  }
  return out;
}

Pairs signed_headers(const HttpRequest& request, std::string_view names, bool host_with_port) {
  Pairs out;
  for (const auto name : split(names, ';')) {
    if (name.empty()) continue;
    auto value = request.header(name);
    if (name == "host" && !host_with_port) value = without_port(value);
    out[to_lower_ascii(name)] = value;
  }
  return out;
}

std::string sign(const HttpRequest& request, const Account& account, Pairs& auth,
                 bool host_with_port) {
  const auto info = to_lower_ascii(request.method) + "\n" + request.path + "\n" +
                    list_pairs(signed_parameters(request, auth["q-url-param-list"])) + "\n" +
                    list_pairs(signed_headers(request, auth["q-header-list"], host_with_port)) +
                    "\n";
  const auto text = "sha1\n" + auth["q-sign-time"] + "\n" + to_hex(sha1(info)) + "\n";
  const auto key = to_hex(hmac_sha1(account.secret_key, auth["q-key-time"]));
  return to_hex(hmac_sha1(key, text));
}

bool covers(std::string_view span, std::int64_t now) {
  std::int64_t start = 0, end = 0;
  const auto semicolon = span.find(';');
  if (semicolon == std::string_view::npos) return false;
  return read_number(span.substr(0, semicolon), start) &&
         read_number(span.substr(semicolon + 1), end) && start <= now && now <= end;
}

}  // namespace

ApiResult<const Account*> verify_q_sign(const HttpRequest& request,
                                        const std::vector<Account>& accounts,
                                        std::int64_t now_seconds) {
  auto auth = parse_pairs(request.header("Authorization"));
  if (auth["q-sign-algorithm"] != "sha1" || auth["q-ak"].empty() || auth["q-signature"].empty()) {
    return refuse("AuthFailure.InvalidAuthorization");
  }
  const Account* account = find_account(accounts, auth["q-ak"]);
  if (account == nullptr) return refuse("AuthFailure.SecretIdNotFound");
  if (!covers(auth["q-sign-time"], now_seconds) || !covers(auth["q-key-time"], now_seconds)) {
    return refuse("AuthFailure.SignatureExpire");
  }
  bool matches = false;
  for (const bool with_port : {true, false}) {
    if (equal_constant_time(sign(request, *account, auth, with_port), auth["q-signature"]))
      matches = true;
  }
  if (!matches) return refuse("AuthFailure.SignatureFailure");
  if (!account->token.empty() &&
      !equal_constant_time(account->token, request.header("X-Cls-Token"))) {
    return refuse("AuthFailure.TokenFailure");
  }
  return account;
}

}  // namespace mtc::emulator
