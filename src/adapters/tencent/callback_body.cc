#include "adapters/tencent/callback_body.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/tencent/alarm_callbacks.h"
#include "base/encoding.h"
#include "infra/crypto/sha256.h"

namespace mtc::tencent {
namespace {

constexpr std::size_t kLongestParts = 150;
constexpr int kDepth = 32;

}  // namespace

Result<std::vector<alerts::Report>> parse_callbacks(std::string_view body, TimePoint now,
                                                    const ReadCallback& read) {
  if (body.size() > kMaxCallbackBytes) {
    return fail(Errc::invalid_argument,
                fmt::format("the body: at most {} bytes, not {}", kMaxCallbackBytes, body.size()));
  }
  const auto json = parse_json(body, kDepth);
  if (!json) return fail_in("the body", json.error());
  std::vector<alerts::Report> reports;
  if (!json->is_array()) {
    auto report = read(*json, now);
    if (!report) return fail(std::move(report).error());
    reports.push_back(std::move(*report));
    return reports;
  }
  if (json->empty()) {
    return fail(Errc::invalid_argument, "the body: expected an alarm, or a list with one at least");
  }
  for (std::size_t i = 0; i < json->size(); ++i) {
    auto report = read((*json)[i], now);
    if (!report) {
      auto error = std::move(report).error();
      error.message = fmt::format("[{}].{}", i, error.message);
      return fail(std::move(error));
    }
    reports.push_back(std::move(*report));
  }
  return reports;
}

std::string callback_id(std::string_view source, std::string_view parts) {
  const bool plain = parts.size() <= kLongestParts &&
                     std::ranges::all_of(parts, [](char c) { return c > 0x20 && c < 0x7f; });
  return fmt::format("{}:{}", source, plain ? std::string(parts) : to_hex(sha256(parts)));
}

}  // namespace mtc::tencent
