// Doing what a step says, and taking it back. What it shall be stands in surgeon_plan.cc.
#include "domain/rollback/surgeon.h"

#include <algorithm>

#include "domain/clusters/object.h"
#include "domain/clusters/restore.h"

namespace mtc::rollback {
namespace {

using clusters::ChangeResult;

constexpr Millis kWithoutWaiting{0};

bool is_restart(const Step& step) {
  return step.action.starts_with("restart_workload");
}

clusters::Approved approved_of(const Step& step) {
  return {.action = step.action,
          .arguments = step.arguments,
          .version = step.version,
          .summary = step.summary,
          .checkpoint = step.checkpoint};
}

bool is_done(const clusters::Checkpoint& checkpoint) {
  const auto& objects = checkpoint.objects;
  return !objects.empty() &&
         std::ranges::none_of(objects, [](const auto& one) { return one.after.empty(); });
}

ChangeResult done_already(const clusters::Checkpoint& checkpoint) {
  ChangeResult out;
  out.data = {{"number", checkpoint.number}, {"already", true}};
  out.after = checkpoint.objects.size() == 1 ? checkpoint.objects.front().after : std::string();
  return out;
}

ChangeResult nothing_to_take_back() {
  ChangeResult out;
  out.data = {{"nothing", true}};
  return out;
}

}  // namespace

Async<Result<ChangeResult>> Surgeon::act(clusters::Scene scene, Step step) {
  scene.patience = kWithoutWaiting;
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  if (*kept && is_done(**kept)) co_return done_already(**kept);
  const clusters::Approved approved = approved_of(step);
  co_return co_await clusters::execute_change(ports_.changes, scene, approved);
}

Async<Result<ChangeResult>> Surgeon::take_back(clusters::Scene scene, Step step) {
  scene.patience = kWithoutWaiting;
  if (is_restart(step)) co_return nothing_to_take_back();
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  if (!*kept) co_return nothing_to_take_back();
  const clusters::Checkpoint checkpoint = std::move(**kept);
  auto planned = co_await clusters::plan_undo(ports_.changes, scene, checkpoint, false);
  if (!planned) co_return fail(std::move(planned).error());
  if (std::holds_alternative<clusters::NothingToDo>(*planned)) co_return nothing_to_take_back();
  const clusters::ChangePlan plan = std::get<clusters::ChangePlan>(std::move(*planned));
  const clusters::Approved approved{.action = plan.action,
                                    .arguments = plan.arguments,
                                    .version = plan.version,
                                    .summary = plan.summary};
  co_return co_await clusters::execute_change(ports_.changes, scene, approved);
}

Async<Result<Traces>> Surgeon::traces_of(Step step) {
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  if (!*kept) co_return Traces::none;
  const bool done =
      std::ranges::any_of((*kept)->objects, [](const auto& one) { return !one.after.empty(); });
  co_return done ? Traces::done : Traces::begun;
}

Async<Result<bool>> Surgeon::is_as_left(clusters::Scene scene, Target target, Step step) {
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  if (!*kept) co_return false;
  auto live = co_await clusters::read_if_there(scene, target.object);
  if (!live) co_return fail(std::move(live).error());
  const auto& prints = ports_.changes.fingerprints;
  const std::string now = clusters::object_fingerprint(prints, *live);
  for (const clusters::CheckpointObject& one : (*kept)->objects) {
    if (one.object != target.object) continue;
    // Taken back, it is as before.
    const std::string left = step.state == StepState::undone && one.before
                                 ? clusters::object_fingerprint(prints, *one.before)
                                 : one.after;
    co_return now == left;
  }
  co_return false;
}

}  // namespace mtc::rollback
