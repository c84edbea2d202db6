#include "mcp/claim.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kClientInfoKey = "io.modelcontextprotocol/clientInfo";
constexpr std::string_view kLogLevelKey = "io.modelcontextprotocol/logLevel";
constexpr std::size_t kMaxClientName = 80;

}  // namespace

std::string client_name_in(const Json& client_info) {
  return shorten_bytes(string_or(client_info, "name"), kMaxClientName);
}

std::expected<std::optional<Claim>, RpcError> read_claim(const Message& message) {
  const Json& meta = object_or_empty(message.params, "_meta");
  if (meta.empty()) return std::nullopt;
  const auto version = meta.find(kVersionKey);
  const auto capabilities = meta.find(kCapabilitiesKey);
  if (version == meta.end() && capabilities == meta.end() && !meta.contains(kClientInfoKey)) {
    return std::nullopt;
  }
  const auto broken = [&](std::string text) {
    return std::unexpected(
        RpcError{.code = rpc::kInvalidParams, .message = std::move(text), .id = message.id});
  };
  if (version == meta.end() || !version->is_string()) {
    return broken(fmt::format("params._meta needs \"{}\", a string", kVersionKey));
  }
  // A notification makes no use of capabilities, and the specification asks them of requests only.
  const bool request = message.kind == Message::Kind::request;
  if (request && (capabilities == meta.end() || !capabilities->is_object())) {
    return broken(fmt::format("params._meta needs \"{}\", an object", kCapabilitiesKey));
  }
  std::optional<LogLevel> log_level;
  if (const auto level = meta.find(kLogLevelKey); level != meta.end()) {
    if (level->is_string()) log_level = parse_log_level(level->get_ref<const std::string&>());
    if (!log_level) return broken(fmt::format("\"{}\" is not a log level", kLogLevelKey));
  }
  return Claim{.version = version->get<std::string>(),
               .client_name = client_name_in(object_or_empty(meta, kClientInfoKey)),
               .capabilities = capabilities == meta.end() ? ClientCapabilities{}
                                                          : read_capabilities(*capabilities),
               .log_level = log_level};
}

}  // namespace mtc::mcp
