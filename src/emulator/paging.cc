#include "emulator/paging.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/encoding.h"
#include "infra/crypto/sha256.h"

namespace mtc::emulator {
namespace {

std::string seal(std::string_view fields, std::string_view request, std::string_view key) {
  return to_hex(hmac_sha256(key, std::string(fields) + "\n" + std::string(request))).substr(0, 32);
}

}  // namespace

std::string write_context(const PagingContext& context, std::string_view request, TimePoint now,
                          std::string_view key) {
  const auto fields =
      fmt::format("{},{},{}", context.last_row, context.delivered, now.time_since_epoch().count());
  return to_base64(fields + "," + seal(fields, request, key));
}

std::optional<PagingContext> read_context(std::string_view text, std::string_view request,
                                          TimePoint now, std::string_view key) {
  const auto plain = from_base64(text);
  if (!plain || plain->size() > 200) return std::nullopt;
  const auto comma = plain->rfind(',');
  if (comma == std::string::npos) return std::nullopt;
  const std::string fields = plain->substr(0, comma);
  if (!equal_constant_time(plain->substr(comma + 1), seal(fields, request, key)))
    return std::nullopt;
  long long row = 0, delivered = 0, issued = 0;
  if (std::sscanf(fields.c_str(), "%lld,%lld,%lld", &row, &delivered, &issued) != 3)
    return std::nullopt;
  if (now - TimePoint(Millis(issued)) > kContextLifetime) return std::nullopt;
  return PagingContext{.last_row = row, .delivered = delivered};
}

}  // namespace mtc::emulator
