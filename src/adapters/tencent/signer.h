// TC3-HMAC-SHA256, the signature of Tencent Cloud API 3.0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/tencent/credentials.h"
#include "infra/http/transport.h"

namespace mtc::tencent {

// What the signature covers. Path is always "/".
struct SignedParts {
  std::string_view method = "POST";
  std::string_view host;          // with the port if the Host header has one
  std::string_view query;         // of a GET, exactly as sent, without '?'
  std::string_view content_type;  // exactly as sent
  std::string_view payload;       // the bytes of the body as sent; empty for GET
  bool unsigned_payload = false;  // X-TC-Content-SHA256: UNSIGNED-PAYLOAD is sent
  HttpHeaders extra_headers;      // signed beside content-type and host
};

// The two texts that the algorithm builds on the way; public because the published vectors fix
// them.
struct CanonicalRequest {
  std::string text;
  std::string signed_headers;  // "content-type;host"
};
CanonicalRequest canonical_request(const SignedParts& parts);
std::string credential_scope(TimePoint time,
                             std::string_view service);  // "2026-01-01/cls/tc3_request"
std::string string_to_sign(TimePoint time, std::string_view service,
                           std::string_view canonical_text);

// Keeps the derived keys, which change only with the UTC day, the service and the secret. Not for
// several threads.
class Signer {
 public:
  // The value of the Authorization header. Only whole seconds of `time` count; X-TC-Timestamp must
  // say the same.
  std::string authorization(const Credentials& credentials, std::string_view service,
                            TimePoint time, const SignedParts& parts);
  // Raw 32 bytes.
  const std::string& signing_key(std::string_view secret_key, std::string_view service,
                                 TimePoint time);

 private:
  struct DailyKey {
    std::string secret_key;
    std::string service;
    std::string day;
    std::string key;
  };
  std::vector<DailyKey> keys_;  // newest last; bounded
};

}  // namespace mtc::tencent
