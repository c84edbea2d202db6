#include "services/devops/checkpoint_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/checkpoint_choice.h"
#include "domain/clusters/diff.h"
#include "domain/clusters/object.h"
#include "domain/clusters/restore.h"
#include "domain/clusters/undo_step.h"
#include "domain/clusters/words.h"
#include "domain/digest/safe_text.h"
#include "services/devops/alert_tools.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using clusters::Checkpoint;
using rollback::Operation;

constexpr std::int64_t kMostListed = 100;
constexpr std::size_t kMostSpoken = 3;

struct ListArgs {
  std::string service;
  std::int64_t limit = 10;
};
struct CompareArgs {
  std::optional<std::int64_t> number;
  std::string service;
};
struct RestoreArgs {
  std::optional<std::int64_t> number;
  std::string service;
  bool force = false;
};

std::vector<std::string> names_in(const Checkpoint& checkpoint) {
  std::vector<std::string> out;
  for (const auto& one : checkpoint.objects) out.push_back(one.object.name);
  return out;
}

bool touches(const Checkpoint& checkpoint, const std::vector<std::string>& names) {
  return std::ranges::any_of(names_in(checkpoint), [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  });
}

bool can_go_back(const Checkpoint& checkpoint) {
  return clusters::was_done(checkpoint) && !checkpoint.restored &&
         !checkpoint.action.starts_with("undo_change");
}

// Those of the person, of a service if one is said.
Async<Result<std::vector<Checkpoint>>> own_checkpoints(DevopsToolPorts ports, std::string service,
                                                       DevopsCaller caller) {
  auto all = co_await ports.changes.checkpoints.list(caller.who.user.id, kMostListed);
  if (!all || service.empty()) co_return all;
  std::vector<std::string> names;
  for (const auto& one : *all) {
    for (auto& name : names_in(one)) names.push_back(std::move(name));
  }
  const auto meant = names_meant(service, names, clusters::Named::workload, caller.language);
  std::erase_if(*all, [&](const Checkpoint& one) { return !touches(one, meant); });
  co_return all;
}

// What the newest rollback of that service has kept first, on whosever behalf it ran: how things
// were before it.
Async<Result<std::optional<Checkpoint>>> of_rollback(DevopsToolPorts ports, std::string service,
                                                     DevopsCaller caller) {
  auto all = co_await ports.operations.list(caller.account, {.limit = kMostListed});
  if (!all) co_return fail(std::move(all).error());
  keep_meant<Operation>(*all, service, clusters::Named::workload, caller.language,
                        [](const Operation& one) { return one.target.object.name; });
  for (const auto& operation : *all) {
    if (operation.state == rollback::OperationState::running) continue;
    for (const auto& step : operation.steps) {
      if (step.checkpoint.empty() || step.state == rollback::StepState::undone) continue;
      auto found = co_await ports.changes.checkpoints.find(step.checkpoint);
      if (!found) co_return fail(std::move(found).error());
      if (*found && can_go_back(**found)) co_return std::move(*found);
    }
  }
  co_return std::nullopt;
}

std::unexpected<Error> none_of(std::string_view service, const DevopsCaller& caller) {
  const auto name = shorten_characters(digest::visible_text(service), 30);
  return fail(Errc::not_found, caller.zh()
                                   ? close_gaps(fmt::format("{} 没有可以还原的备份点。", name))
                                   : fmt::format("There is no checkpoint of {} to restore.", name));
}

// By its number, by the service, else the newest.
Async<Result<Checkpoint>> choose(DevopsToolPorts ports, std::optional<std::int64_t> number,
                                 std::string service, DevopsCaller caller) {
  if (number || service.empty())
    co_return co_await clusters::find_checkpoint(ports.changes, caller.who.user, number);
  auto rolled = co_await of_rollback(ports, service, caller);
  if (!rolled) co_return fail(std::move(rolled).error());
  auto own = co_await own_checkpoints(ports, service, caller);
  if (!own) co_return fail(std::move(own).error());
  const auto newest = std::ranges::find_if(*own, can_go_back);
  if (*rolled && (newest == own->end() || newest->created <= (*rolled)->created))
    co_return std::move(**rolled);
  if (newest == own->end()) co_return none_of(service, caller);
  auto whole = co_await ports.changes.checkpoints.find(newest->id);
  if (!whole) co_return fail(std::move(whole).error());
  if (!*whole) co_return none_of(service, caller);
  co_return std::move(**whole);
}

Async<Result<clusters::Scene>> scene_of(DevopsToolPorts ports, identity::User user,
                                        const Checkpoint& checkpoint) {
  const SaidCluster said{.name = checkpoint.cluster_id, .region = checkpoint.region};
  const bool pools_only = std::ranges::all_of(
      checkpoint.objects, [](const auto& one) { return clusters::is_pool(one.object); });
  co_return pools_only ? co_await ports.places.cloud(std::move(user), said)
                       : co_await ports.places.open(std::move(user), said);
}

Json to_json(const Checkpoint& checkpoint) {
  Json objects = Json::array();
  for (const auto& one : checkpoint.objects) objects.push_back(clusters::to_json(one.object));
  return {{"number", checkpoint.number},        {"time", format_iso_utc(checkpoint.created)},
          {"action", checkpoint.action},        {"summary", checkpoint.summary},
          {"cluster", checkpoint.cluster_name}, {"restored", checkpoint.restored.has_value()},
          {"objects", std::move(objects)}};
}

Async<Result<mcp::Reply>> list(DevopsToolPorts ports, ListArgs args, DevopsCaller caller) {
  auto all = co_await own_checkpoints(ports, args.service, caller);
  if (!all) co_return fail(std::move(all).error());
  std::erase_if(*all, [](const Checkpoint& one) { return !clusters::was_done(one); });
  if (std::cmp_greater(all->size(), args.limit)) all->resize(static_cast<std::size_t>(args.limit));
  std::vector<std::string> sentences;
  Json items = Json::array();
  for (const auto& one : *all) {
    items.push_back(bounded(to_json(one)));
    if (sentences.size() < kMostSpoken)
      sentences.push_back(clusters::say_checkpoint(one, caller.now, caller.language));
  }
  if (all->empty())
    sentences.emplace_back(caller.zh() ? "没有备份点。" : "There is no checkpoint.");
  if (all->size() > kMostSpoken) {
    const auto more =
        say_count(static_cast<std::int64_t>(all->size() - kMostSpoken), caller.language);
    sentences.push_back(caller.zh() ? "还有" + more + "个，要听吗？"
                                    : "There are " + more + " more.");
  }
  co_return reply_with(clusters::within_breath(sentences, caller.language),
                       {{"checkpoints", std::move(items)}});
}

Async<Result<mcp::Reply>> compare(DevopsToolPorts ports, CompareArgs args, DevopsCaller caller) {
  auto checkpoint = co_await choose(ports, args.number, args.service, caller);
  if (!checkpoint) co_return fail(std::move(checkpoint).error());
  auto scene = co_await scene_of(ports, caller.who.user, *checkpoint);
  if (!scene) co_return fail(std::move(scene).error());
  auto steps = co_await clusters::look_at_objects(ports.changes, *scene, *checkpoint);
  if (!steps) co_return fail(std::move(steps).error());
  std::vector<std::string> sentences;
  Json objects = Json::array();
  for (const auto& step : *steps) {
    const Json before = step.kept.before.value_or(Json(nullptr));
    const auto found = clusters::differences(before, step.live, ports.changes.fingerprints);
    Json one = clusters::to_json(step.kept.object);
    one["differences"] = clusters::to_json(found);
    objects.push_back(bounded(std::move(one)));
    if (found.empty()) continue;
    sentences.push_back(clusters::say_differences(before, step.live, found, caller.language) +
                        (caller.zh() ? "。" : "."));
  }
  if (sentences.empty()) {
    sentences.emplace_back(caller.zh() ? "现在和那时候一样。" : "It is as it was then.");
  } else {
    const auto number = say_number(checkpoint->number, caller.language);
    sentences.insert(sentences.begin(), caller.zh() ? "从" + number + "号备份点到现在："
                                                    : "Since checkpoint " + number + ":");
  }
  co_return reply_with(
      clusters::within_breath(sentences, caller.language),
      {{"checkpoint", bounded(to_json(*checkpoint))}, {"objects", std::move(objects)}});
}

Async<Result<mcp::Outcome>> restore(DevopsToolPorts ports, RestoreArgs args,
                                    mcp::CallContext context) {
  auto caller = co_await caller_of(ports, context);
  if (!caller) co_return fail(std::move(caller).error());
  if (is_watch(context))
    co_return co_await watch_on(ports.cluster_changes(), caller->who, std::move(context));
  auto checkpoint = co_await choose(ports, args.number, std::move(args.service), *caller);
  if (!checkpoint) co_return refused(checkpoint.error(), caller->language);
  auto scene = co_await scene_of(ports, caller->who.user, *checkpoint);
  if (!scene) co_return refused(scene.error(), caller->language);
  auto planned =
      co_await clusters::plan_undo(ports.changes, *scene, std::move(*checkpoint), args.force);
  co_return co_await propose(ports.cluster_changes(), std::move(caller->who), std::move(context),
                             std::move(*scene), std::move(planned));
}

Json list_of_objects() {
  return {{"type", "array"}, {"items", {{"type", "object"}}}};
}

}  // namespace

mcp::Tool list_checkpoints_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<ListArgs>(
      {.name = "list_checkpoints",
       .title = "List checkpoints",
       .description =
           "List how things were before changes and rollbacks (备份点, 检查点), with the "
           "numbers to restore them by.",
       .hints = kLooksAtRecords,
       .scope = "ops.read",
       .fields = {field("service", &ListArgs::service, "Service as said",
                        {.required = false, .max_length = 200}),
                  field("limit", &ListArgs::limit, "How many",
                        {.required = false, .minimum = 1, .maximum = 50})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"checkpoints", list_of_objects()}}},
                         {"required", {"speech"}}},
       .handler = [ports](ListArgs args, mcp::CallContext context) {
         return answer_caller<ListArgs>(ports, std::move(args), std::move(context), list);
       }});
}

mcp::Tool compare_checkpoint_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<CompareArgs>(
      {.name = "compare_checkpoint",
       .title = "Compare a checkpoint",
       .description = "Say what is different now from a checkpoint (和备份点有什么差别).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = {field("number", &CompareArgs::number, "Its number as it was told",
                        {.minimum = 1}),
                  field("service", &CompareArgs::service, "Or its service as said",
                        {.required = false, .max_length = 200})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"checkpoint", {{"type", "object"}}},
                           {"objects", list_of_objects()}}},
                         {"required", {"speech"}}},
       .handler = [ports](CompareArgs args, mcp::CallContext context) {
         return answer_caller<CompareArgs>(ports, std::move(args), std::move(context), compare);
       }});
}

mcp::Tool restore_checkpoint_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<RestoreArgs>(
      {.name = "restore_checkpoint",
       .title = "Restore a checkpoint",
       .description = "Put things back as they were before a change or a rollback, after a "
                      "confirmation (还原, 恢复到回滚前).",
       .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("number", &RestoreArgs::number, "Its number as it was told",
                        {.minimum = 1}),
                  field("service", &RestoreArgs::service, "Or its service as said",
                        {.required = false, .max_length = 200}),
                  field("force", &RestoreArgs::force,
                        "Also what others changed since; only if the user says so",
                        {.required = false})},
       .output_schema = change_schema(),
       .dialogue = [ports](RestoreArgs args, mcp::CallContext context) {
         return restore(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
