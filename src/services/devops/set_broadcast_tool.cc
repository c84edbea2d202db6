#include "services/devops/set_broadcast_tool.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/safe_text.h"

namespace mtc::services {
namespace {

using identity::BroadcastContent;

constexpr std::size_t kNameCharacters = 100;

struct BroadcastArgs {
  std::string content;
  std::optional<std::string> dashboard;
};

bool is_none(std::string_view said) {
  const auto word = to_lower_ascii(trim(said));
  return word.empty() || word == "none" || word == "off" || word == "无" || word == "不用";
}

std::string say(const identity::User& user) {
  const bool zh = user.language == Language::zh;
  const auto board = shorten_characters(digest::visible_text(user.watched_dashboard), 40);
  std::string out;
  switch (user.broadcast_content) {
    case BroadcastContent::both:
      out = zh ? "早上先讲要你处理的和修好的告警，再用一句话讲日志"
               : "In the morning I tell the alerts first, then the logs in one sentence";
      break;
    case BroadcastContent::alerts:
      out = zh ? "早上只讲告警" : "In the morning I tell the alerts only";
      break;
    case BroadcastContent::logs:
      out = zh ? "早上只讲日志" : "In the morning I tell the logs only";
      break;
  }
  if (!board.empty())
    out += zh ? "，还有看板 " + board : ", and what dashboard " + board + " shows";
  return zh ? close_gaps(out + "。") : out + ".";
}

mcp::Reply reply_of(const identity::User& user, std::string opening) {
  return reply_with(std::move(opening) + say(user),
                    {{"content", name_of(user.broadcast_content)},
                     {"dashboard", bounded(Json(user.watched_dashboard))}});
}

Async<Result<identity::User>> wanted(DevopsToolPorts ports, BroadcastArgs args,
                                     DevopsCaller caller) {
  identity::User user = caller.who.user;
  if (const auto content = identity::parse_broadcast_content(args.content))
    user.broadcast_content = *content;
  if (!args.dashboard) co_return user;
  if (is_none(*args.dashboard)) {
    user.watched_dashboard.clear();
  } else if (ports.dashboard) {
    auto name = co_await ports.dashboard(user, *args.dashboard);
    if (!name) co_return fail(std::move(name).error());
    user.watched_dashboard = std::move(*name);
  } else {
    user.watched_dashboard =
        shorten_characters(digest::visible_text(trim(*args.dashboard)), kNameCharacters);
  }
  co_return user;
}

// Nothing of the cloud changes, only what one person hears; it is recorded all the same.
Async<Result<>> keep(DevopsToolPorts ports, identity::User user, DevopsCaller caller) {
  const approval::Proposal proposal{.action = "set_broadcast",
                                    .target = "user/" + user.username,
                                    .details = {{"content", name_of(user.broadcast_content)},
                                                {"dashboard", user.watched_dashboard}},
                                    .channel = caller.channel};
  if (auto allowed = co_await may_change(ports.approver, caller, proposal); !allowed)
    co_return fail(std::move(allowed).error());
  if (auto noted = co_await ports.approver.begun(caller.who, proposal, {}, {}); !noted)
    co_return fail(std::move(noted).error());
  auto saved = co_await ports.save_user(std::move(user));
  auto noted = co_await ports.approver.ended(caller.who, proposal, {}, {}, saved);
  if (!saved) co_return fail(std::move(saved).error());
  co_return noted;
}

Async<Result<mcp::Reply>> set(DevopsToolPorts ports, BroadcastArgs args, DevopsCaller caller) {
  if (args.content.empty() && !args.dashboard) co_return reply_of(caller.who.user, "");
  auto user = co_await wanted(ports, std::move(args), caller);
  if (!user) co_return fail(std::move(user).error());
  if (auto kept = co_await keep(ports, *user, caller); !kept)
    co_return fail(std::move(kept).error());
  co_return reply_of(*user, caller.zh() ? "好，" : "All right. ");
}

}  // namespace

mcp::Tool set_broadcast_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<BroadcastArgs>(
      {.name = "set_broadcast",
       .title = "What the morning tells",
       .description = "Set what the morning report tells (早报只讲告警, 带上支付看板); without "
                      "arguments say it.",
       .hints = {.read_only = false, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.operate",
       .fields = {field("content", &BroadcastArgs::content, "What it tells",
                        {.required = false, .choices = {"both", "alerts", "logs"}}),
                  field("dashboard", &BroadcastArgs::dashboard,
                        "Dashboard it watches as well, as said; none: no dashboard",
                        {.max_length = 200})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"content", {{"type", "string"}, {"enum", {"both", "alerts", "logs"}}}},
                           {"dashboard", {{"type", "string"}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](BroadcastArgs args, mcp::CallContext context) {
         return answer_caller<BroadcastArgs>(ports, std::move(args), std::move(context), set);
       }});
}

}  // namespace mtc::services
