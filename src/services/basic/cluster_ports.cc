#include "services/basic/cluster_ports.h"

#include "base/text.h"
#include "domain/clusters/failure.h"
#include "domain/logs/region.h"

namespace mtc::services {
Async<Result<ClusterCaller>> cluster_caller(ClusterPorts ports, mcp::CallContext context) {
  auto principal = co_await ports.callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  ClusterCaller caller;
  caller.language = principal->user.language;
  caller.zone = Zone::find(principal->user.zone).value_or(Zone::shanghai());
  caller.now = ports.clock.now();
  caller.who = std::move(*principal);
  caller.channel = std::move(context.principal.channel);
  co_return caller;
}

mcp::Reply refusal(const Error& error, Language language) {
  std::string speech = clusters::say_failure(error, language);
  const Json about{{"code", name_of(error.code)}, {"message", shorten_bytes(error.message, 1000)}};
  mcp::Reply reply{.speech = speech, .data = {{"speech", speech}, {"error", about}}};
  reply.is_error = true;
  return reply;
}

mcp::Reply cluster_reply(std::string speech, Json data) {
  data["speech"] = speech;
  return {.speech = std::move(speech), .data = std::move(data)};
}

Json cluster_schema(Json properties) {
  properties["speech"] = {{"type", "string"}};
  properties["error"] = {
      {"type", "object"},
      {"properties", {{"code", {{"type", "string"}}}, {"message", {{"type", "string"}}}}}};
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", {"speech"}}};
}

Json list_of_objects() {
  return {{"type", "array"}, {"items", {{"type", "object"}}}};
}

Result<std::string> cluster_region(const std::string& said, Language language) {
  if (trim(said).empty()) return std::string();
  if (auto known = logs::parse_region(said)) return *known;
  const auto shown = shorten_characters(sanitize_utf8(said), 30);
  return fail(Errc::invalid_argument, language == Language::zh
                                          ? "没有叫" + shown + "的地域，可以说广州、上海、北京。"
                                          : "I know no region called " + shown +
                                                "; say for example Guangzhou or Shanghai.");
}

}  // namespace mtc::services
