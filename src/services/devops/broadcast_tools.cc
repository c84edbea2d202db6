#include "services/devops/broadcast_tools.h"

#include "base/zone.h"
#include "domain/broadcast/schedule.h"
#include "domain/logs/time_range.h"
#include "services/common/app_pages.h"
#include "services/devops/digest_summary.h"

namespace mtc::services {
namespace {

struct GreetArgs {
  std::string speaker_name;
};

struct RepeatArgs {
  std::optional<std::string> date;
  bool details = false;
};

const Json& greeting_schema() {
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"kind", {{"type", "string"}, {"enum", {"broadcast", "hello", "nothing"}}}},
        {"speech", {{"type", "string"}}},
        {"language", {{"type", "string"}, {"enum", {"zh", "en"}}}},
        {"from_model", {{"type", "boolean"}}},
        {"digest_id", {{"type", "string"}}},
        {"link", {{"type", "string"}}},
        {"audio", {{"type", "string"}}},
        {"told", {{"type", "array"}, {"items", {{"type", "string"}}}}},
        {"waiting", {{"type", "integer"}}},
        {"summary", digest_summary_schema()}}},
      {"required", {"kind", "speech", "language", "waiting"}}};
  return schema;
}

std::string_view name_of(broadcast::Greeting::Kind kind) {
  switch (kind) {
    case broadcast::Greeting::Kind::broadcast:
      return "broadcast";
    case broadcast::Greeting::Kind::hello:
      return "hello";
    case broadcast::Greeting::Kind::nothing:
      return "nothing";
  }
  return "hello";
}

// What the page shows beside the speech. The report is told in any case: a digest that cannot be
// read only leaves it out.
Async<> add_digest(BroadcastToolPorts ports, std::string digest_id, Language language, Json& data) {
  data["digest_id"] = digest_id;
  if (auto link = co_await ports.link(digest_id)) data["link"] = *link;
  if (auto digest = co_await ports.store.find_digest(std::move(digest_id)); digest && *digest) {
    data["summary"] = digest_summary(**digest, language);
  }
}

// All the figures, for clients that read; nobody wants to hear an address.
std::vector<mcp::ResourceLink> links_to(const std::string& digest_id, Language language,
                                        bool voice) {
  if (digest_id.empty() || voice) return {};
  return {{.uri = "ops://digests/" + digest_id,
           .name = "digest",
           .title = language == Language::zh ? "昨夜的全部数据" : "All the figures of the night",
           .mime_type = "application/json"}};
}

Async<mcp::Reply> to_reply(BroadcastToolPorts ports, broadcast::Greeting greeting,
                           Language language, bool voice) {
  Json told = Json::array();
  for (const auto& item : greeting.told) told.push_back(item.text);
  Json data{{"kind", name_of(greeting.kind)}, {"speech", greeting.speech},
            {"language", name_of(language)},  {"from_model", greeting.from_model},
            {"told", std::move(told)},        {"waiting", greeting.waiting}};
  if (!greeting.digest_id.empty()) {
    co_await add_digest(ports, greeting.digest_id, language, data);
  }
  if (!greeting.audio_path.empty()) data["audio"] = greeting.audio_path;
  co_return mcp::Reply{.speech = std::move(greeting.speech),
                       .data = std::move(data),
                       .links = links_to(greeting.digest_id, language, voice)};
}

Async<Result<mcp::Reply>> greet(BroadcastToolPorts ports, mcp::CallContext context) {
  auto principal = co_await ports.callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  const Language language = principal->user.language;
  auto greeting = co_await ports.greeter.greet(std::move(*principal));
  if (!greeting) co_return fail(std::move(greeting).error());
  co_return co_await to_reply(ports, std::move(*greeting), language, context.voice);
}

Async<Result<mcp::Reply>> repeat(BroadcastToolPorts ports, RepeatArgs args,
                                 mcp::CallContext context) {
  auto principal = co_await ports.callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  const Language language = principal->user.language;
  std::optional<broadcast::Day> day;
  if (args.date && !args.date->empty()) {
    const Zone zone = broadcast::zone_of(principal->user);
    auto range = logs::parse_time_range(*args.date, ports.clock.now(), zone);
    if (!range) co_return fail_in("date", range.error());
    day = zone.day_of(range->from);
  }
  auto greeting = co_await ports.greeter.repeat(
      std::move(*principal), day,
      args.details ? broadcast::Part::details : broadcast::Part::summary);
  if (!greeting) co_return fail(std::move(greeting).error());
  co_return co_await to_reply(ports, std::move(*greeting), language, context.voice);
}

}  // namespace

mcp::Tool greet_tool(const BroadcastToolPorts& ports) {
  return mcp::make_tool<GreetArgs>(
      {.name = "greet",
       .title = "Greet",
       .description =
           "Call this first whenever the user greets or wakes the assistant (你好小智, "
           "早上好, hello). Once a morning it answers with the spoken report of the "
           "night; otherwise with a short greeting and what is new. Say its answer word for word.",
       .hints =
           {.read_only = false, .destructive = false, .idempotent = false, .open_world = false},
       .scope = "ops.read",
       .fields = {field("speaker_name", &GreetArgs::speaker_name,
                        "Name of the recognised speaker, if there is one; for addressing only",
                        {.required = false, .max_length = 100})},
       .output_schema = greeting_schema(),
       .meta = shown_on(kDigestPage),
       .handler = [ports](const GreetArgs&, mcp::CallContext context) {
         return greet(ports, std::move(context));
       }});
}

mcp::Tool repeat_broadcast_tool(const BroadcastToolPorts& ports) {
  return mcp::make_tool<RepeatArgs>(
      {.name = "repeat_broadcast",
       .title = "Repeat the report",
       .description = "Tell the report of the night again, or how the last day went (再说一遍, "
                      "昨天怎么样, 要听细节). Works at "
                      "any time.",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.read",
       .fields = {field("date", &RepeatArgs::date,
                        "Day on which the report was spoken: today, yesterday, monday, 2026-11-22. "
                        "Leave out for the newest"),
                  field("details", &RepeatArgs::details,
                        "true for the details instead of the summary", {.required = false})},
       .output_schema = greeting_schema(),
       .meta = shown_on(kDigestPage),
       .handler = [ports](RepeatArgs args, mcp::CallContext context) {
         return repeat(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
