#include "services/basic/cluster_ports.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "domain/digest/safe_text.h"
#include "domain/logs/region.h"

namespace mtc::services {
namespace {

constexpr std::size_t kReason = 160;  // characters

// Our own sentences are in the person's language; what comes from below is English and no sentence.
bool is_spoken_in(Language language, const Error& error) {
  const std::string_view message = error.message;
  if (message.empty()) return false;
  if (language == Language::zh) return !std::ranges::all_of(message, is_ascii);
  return error.code == Errc::invalid_argument || is_one_of(message.back(), ".?");
}

// What a failure from below means for somebody who listens.
std::string say_failure(const Error& error, Language language) {
  const bool zh = language == Language::zh;
  switch (error.code) {
    case Errc::invalid_argument:  // what is wrong stands in its words alone
      return (zh ? "这个要求不被接受：" : "That is not accepted: ") +
             shorten_characters(digest::visible_text(error.message), kReason);
    case Errc::unauthenticated:
      return zh ? "凭证已经失效，请管理员更新。"
                : "The credentials are no longer valid; have an administrator renew them.";
    case Errc::denied:
      return zh ? "这个账号没有权限，请管理员在访问管理和集群授权里加上。"
                : "This account may not do that; have an administrator allow it in access "
                  "management and in the cluster.";
    case Errc::not_found:
      return zh ? "没有找到，可能刚被删掉。" : "That is not there; it may just have been deleted.";
    case Errc::conflict:
      return zh ? "它刚刚被改过，再看一次。" : "It has just changed; look again.";
    case Errc::rate_limited:
      return zh ? "问得太勤，腾讯云暂时不回答，过一分钟再试。"
                : "Too many questions for now; try again in a minute.";
    case Errc::resource_exhausted:
      return zh ? "配额用完了。" : "The quota is used up.";
    case Errc::unavailable:
      return zh ? "腾讯云或者集群暂时连不上，稍后再试。"
                : "Tencent Cloud or the cluster does not answer; try again later.";
    case Errc::timed_out:
      return zh ? "等了太久没有回答，稍后再试。" : "It took too long to answer; try again later.";
    case Errc::cancelled:
      return zh ? "已经取消。" : "Cancelled.";
    case Errc::internal:
      return zh ? "我这边出错了，日志里有记录。" : "Something broke on my side; the log says more.";
  }
  return {};
}

}  // namespace

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

std::string in_words(const Error& error, Language language) {
  return is_spoken_in(language, error) ? error.message : say_failure(error, language);
}

mcp::Reply refusal(const Error& error, Language language) {
  std::string speech = in_words(error, language);
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
