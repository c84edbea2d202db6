#include <algorithm>

#include "base/spoken.h"
#include "base/zone.h"
#include "domain/clusters/checkpoint_choice.h"
#include "domain/clusters/object.h"
#include "domain/clusters/restore.h"
#include "services/basic/cluster_change_tools.h"

namespace mtc::services {
namespace {

constexpr std::size_t kMostSpoken = 3;

struct UndoArgs {
  std::optional<std::int64_t> number;
  bool force = false;
};

struct ListArgs {
  std::int64_t limit = 10;
};

bool only_pools(const clusters::Checkpoint& checkpoint) {
  return std::ranges::all_of(checkpoint.objects, [](const clusters::CheckpointObject& one) {
    return one.object.kind == "NodePool";
  });
}

Async<Result<mcp::Outcome>> undo(ClusterChangePorts ports, UndoArgs args,
                                 mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  if (is_watch(context)) co_return co_await watch_on(ports, std::move(*who), std::move(context));
  auto checkpoint = co_await clusters::find_checkpoint(ports.changes, who->user, args.number);
  if (!checkpoint) co_return refused(checkpoint.error(), who->user.language);
  const SaidCluster said{.name = checkpoint->cluster_id, .region = checkpoint->region};
  auto scene = only_pools(*checkpoint) ? co_await ports.places.cloud(who->user, said)
                                       : co_await ports.places.open(who->user, said);
  if (!scene) co_return refused(scene.error(), who->user.language);
  auto planned =
      co_await clusters::plan_undo(ports.changes, *scene, std::move(*checkpoint), args.force);
  co_return co_await propose(ports, std::move(*who), std::move(context), std::move(*scene),
                             std::move(planned));
}

Json to_json(const clusters::Checkpoint& checkpoint) {
  Json objects = Json::array();
  for (const auto& one : checkpoint.objects) objects.push_back(clusters::to_json(one.object));
  return {{"number", checkpoint.number},
          {"time", format_iso_utc(checkpoint.created)},
          {"action", checkpoint.action},
          {"summary", checkpoint.summary},
          {"cluster", checkpoint.cluster_name},
          {"done", clusters::was_done(checkpoint)},
          {"undone", checkpoint.restored.has_value()},
          {"objects", std::move(objects)}};
}

std::string say_changes(const std::vector<clusters::Checkpoint>& changes, TimePoint now,
                        Language language) {
  const bool zh = language == Language::zh;
  if (changes.empty()) return zh ? "最近没有改过什么。" : "Nothing was changed lately.";
  std::string out;
  for (std::size_t i = 0; i < std::min(changes.size(), kMostSpoken); ++i) {
    if (!zh && i > 0) out += " ";
    out += clusters::say_checkpoint(changes[i], now, language);
  }
  if (changes.size() > kMostSpoken) {
    const std::string more =
        say_count(static_cast<std::int64_t>(changes.size() - kMostSpoken), language);
    out += zh ? "还有" + more + "条，要听吗？" : " There are " + more + " more.";
  }
  return out;
}

Async<Result<mcp::Reply>> list(ClusterChangePorts ports, ListArgs args, mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  auto changes = co_await ports.changes.checkpoints.list(who->user.id, args.limit);
  if (!changes) co_return fail(std::move(changes).error());
  mcp::Reply reply;
  reply.speech = say_changes(*changes, ports.changes.clock.now(), who->user.language);
  Json items = Json::array();
  for (const auto& one : *changes) items.push_back(to_json(one));
  reply.data = {{"speech", reply.speech}, {"changes", std::move(items)}};
  co_return reply;
}

const Json& list_schema() {
  static const Json text{{"type", "string"}};
  static const Json flag{{"type", "boolean"}};
  static const Json schema = {{"type", "object"},
                              {"properties",
                               {{"speech", text},
                                {"changes",
                                 {{"type", "array"},
                                  {"items",
                                   {{"type", "object"},
                                    {"properties",
                                     {{"number", {{"type", "integer"}}},
                                      {"time", text},
                                      {"action", text},
                                      {"summary", text},
                                      {"cluster", text},
                                      {"done", flag},
                                      {"undone", flag},
                                      {"objects", {{"type", "array"}}}}}}}}}}},
                              {"required", {"speech", "changes"}}};
  return schema;
}

}  // namespace

mcp::Tool undo_change_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<UndoArgs>(
      {.name = "undo_change",
       .title = "Undo a change",
       .description =
           "Put back what was changed, the newest change if none is named (撤销, 改回来, "
           "恢复).",
       .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("number", &UndoArgs::number,
                        "Number of the change as it was told; the newest if absent",
                        {.required = false, .minimum = 1}),
                  field("force", &UndoArgs::force,
                        "Also what others changed since; only if the user says so (强制撤销)",
                        {.required = false})},
       .output_schema = change_schema(),
       .dialogue = [ports](UndoArgs args, mcp::CallContext context) {
         return undo(ports, args, std::move(context));
       }});
}

mcp::Tool list_changes_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<ListArgs>(
      {.name = "list_changes",
       .title = "List changes",
       .description =
           "List what the user changed lately, with the numbers to undo it by (最近改了什么).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.read",
       .fields = {field("limit", &ListArgs::limit, "How many",
                        {.required = false, .minimum = 1, .maximum = 50})},
       .output_schema = list_schema(),
       .handler = [ports](ListArgs args, mcp::CallContext context) {
         return list(ports, args, std::move(context));
       }});
}

}  // namespace mtc::services
