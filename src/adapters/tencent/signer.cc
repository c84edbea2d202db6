#include "adapters/tencent/signer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/encoding.h"
#include "base/text.h"
#include "base/zone.h"
#include "infra/crypto/sha256.h"

namespace mtc::tencent {
namespace {

constexpr std::string_view kAlgorithm = "TC3-HMAC-SHA256";
constexpr std::size_t kMaxKeys = 16;

std::string utc_day(TimePoint time) {
  return format_day(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)));
}

std::string hex_sha256(std::string_view text) {
  return to_hex(sha256(text));
}

}  // namespace

CanonicalRequest canonical_request(const SignedParts& parts) {
  std::vector<std::pair<std::string, std::string>> headers{
      {"content-type", to_lower_ascii(trim(parts.content_type))},
      {"host", to_lower_ascii(trim(parts.host))}};
  for (const auto& [name, value] : parts.extra_headers) {
    headers.emplace_back(to_lower_ascii(name), to_lower_ascii(trim(value)));
  }
  std::ranges::sort(headers);

  std::string lines;
  std::string names;
  for (const auto& [name, value] : headers) {
    lines += fmt::format("{}:{}\n", name, value);
    if (!names.empty()) names += ';';
    names += name;
  }
  const std::string payload_hash =
      hex_sha256(parts.unsigned_payload ? "UNSIGNED-PAYLOAD" : parts.payload);
  return {.text = fmt::format("{}\n/\n{}\n{}\n{}\n{}", parts.method, parts.query, lines, names,
                              payload_hash),
          .signed_headers = names};
}

std::string credential_scope(TimePoint time, std::string_view service) {
  return fmt::format("{}/{}/tc3_request", utc_day(time), service);
}

std::string string_to_sign(TimePoint time, std::string_view service,
                           std::string_view canonical_text) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return fmt::format("{}\n{}\n{}\n{}", kAlgorithm, seconds, credential_scope(time, service),
                     hex_sha256(canonical_text));
}

const std::string& Signer::signing_key(std::string_view secret_key, std::string_view service,
                                       TimePoint time) {
  std::string day = utc_day(time);
  for (const auto& known : keys_) {
    if (known.day == day && known.service == service && known.secret_key == secret_key)
      return known.key;
  }
  const std::string day_key = hmac_sha256("TC3" + std::string(secret_key), day);
  const std::string service_key = hmac_sha256(day_key, service);
  if (keys_.size() == kMaxKeys) keys_.erase(keys_.begin());
  keys_.push_back({.secret_key = std::string(secret_key),
                   .service = std::string(service),
                   .day = std::move(day),
                   .key = hmac_sha256(service_key, "tc3_request")});
  return keys_.back().key;
}

std::string Signer::authorization(const Credentials& credentials, std::string_view service,
                                  TimePoint time, const SignedParts& parts) {
  const auto canonical = canonical_request(parts);
  const auto signature = to_hex(hmac_sha256(signing_key(credentials.secret_key, service, time),
                                            string_to_sign(time, service, canonical.text)));
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                     credentials.secret_id, credential_scope(time, service),
                     canonical.signed_headers, signature);
}

}  // namespace mtc::tencent
