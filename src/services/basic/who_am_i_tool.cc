#include "services/basic/who_am_i_tool.h"

#include <fmt/format.h>

#include "domain/approval/risk.h"

namespace mtc::services {
namespace {

struct NoArgs {};

std::string_view say_assurance(identity::Assurance assurance, Language language) {
  const bool zh = language == Language::zh;
  switch (assurance) {
    case identity::Assurance::none:
      return zh ? "我还不能确定是不是你本人" : "I cannot be sure it is you";
    case identity::Assurance::device:
      return zh ? "是通过你的设备认出来的" : "I know you by your device";
    case identity::Assurance::voice:
      return zh ? "可以确定是你本人在说" : "I can take it that you are the one who speaks";
    case identity::Assurance::strong:
      return zh ? "你的身份已经确认" : "your identity is confirmed";
  }
  return {};
}

std::string say_rights(const identity::Principal& principal) {
  const bool zh = principal.user.language == Language::zh;
  if (!principal.may(identity::Scope::operate))
    return zh ? "可以查询，不能改动" : "You may look, but not change anything";
  if (principal.assurance < approval::assurance_of(approval::Tier::change)) {
    return zh ? "可以查询；要改动，先请管理员把这个设备或令牌的信任改成 voice"
              : "You may look; for changes, ask an administrator to set the trust of this device "
                "or token to voice";
  }
  if (!principal.user.rollback_permission)
    return zh ? "可以查询和操作，不能回滚" : "You may look and operate, but not roll back";
  return zh ? "可以查询、操作和回滚" : "You may look, operate and roll back";
}

std::string speech(const identity::Principal& principal) {
  const auto& user = principal.user;
  const std::string& name = user.display_name.empty() ? user.username : user.display_name;
  if (user.language == Language::zh) {
    return fmt::format("你是{}，{}。{}。", name, say_assurance(principal.assurance, user.language),
                       say_rights(principal));
  }
  return fmt::format("You are {}; {}. {}.", name, say_assurance(principal.assurance, user.language),
                     say_rights(principal));
}

Async<Result<mcp::Reply>> who_am_i(Callers* callers, mcp::CallContext context) {
  auto principal = co_await callers->resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  Json scopes = Json::array();
  for (const auto scope : principal->scopes) scopes.push_back(name_of(scope));
  const auto& user = principal->user;
  Json data{{"username", user.username},
            {"display_name", user.display_name},
            {"language", name_of(user.language)},
            {"zone", user.zone},
            {"assurance", name_of(principal->assurance)},
            {"scopes", std::move(scopes)},
            {"rollback_permission", user.rollback_permission}};
  co_return mcp::Reply{.speech = speech(*principal), .data = std::move(data), .pictures = {}};
}

}  // namespace

mcp::Tool who_am_i_tool(Callers& callers) {
  return mcp::make_tool<NoArgs>(
      {.name = "who_am_i",
       .title = "Who am I",
       .description = "Say whom the assistant takes the user for and what they may do (我是谁).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.read",
       .fields = {},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"username", {{"type", "string"}}},
                           {"display_name", {{"type", "string"}}},
                           {"language", {{"type", "string"}}},
                           {"zone", {{"type", "string"}}},
                           {"assurance", {{"type", "string"}}},
                           {"scopes", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                           {"rollback_permission", {{"type", "boolean"}}}}},
                         {"required", {"username", "assurance", "scopes"}}},
       .handler = [&callers](NoArgs, mcp::CallContext context) {
         return who_am_i(&callers, std::move(context));
       }});
}

}  // namespace mtc::services
