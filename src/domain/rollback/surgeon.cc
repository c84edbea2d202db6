// Doing what a step says, and taking it back. What it shall be stands in surgeon_plan.cc.
#include "domain/rollback/surgeon.h"

#include <algorithm>

#include "domain/clusters/object.h"
#include "domain/clusters/restore.h"
#include "domain/clusters/undo_step.h"

namespace mtc::rollback {
namespace {

using clusters::ChangeResult;

constexpr std::string_view kRestartedAt = "kubectl.kubernetes.io/restartedAt";
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

Json expected_after(const Step& step, const Json& before, const Json& now) {
  Json out = before;
  if (is_restart(step)) {
    const Json& metadata = object_or_empty(
        object_or_empty(object_or_empty(now, "spec"), "template"), "metadata");
    const std::string when = string_or(object_or_empty(metadata, "annotations"), kRestartedAt);
    if (when.empty()) return nullptr;
    out["spec"]["template"]["metadata"]["annotations"][std::string(kRestartedAt)] = when;
    return out;
  }
  if (step.action.starts_with("scale_workload")) {
    out["spec"]["replicas"] = integer_or(step.arguments, "replicas", -1);
    return out;
  }
  return nullptr;
}

// A process that died between the change and noting what it left: where what is there is just what
// the change makes, it was us.
Async<> Surgeon::note_own_work(clusters::Scene scene, Step step,
                               clusters::Checkpoint& checkpoint) {
  const auto& prints = ports_.changes.fingerprints;
  bool noted = false;
  for (clusters::CheckpointObject& one : checkpoint.objects) {
    if (!one.after.empty() || !one.before) continue;
    const auto live = co_await clusters::read_if_there(scene, one.object);
    if (!live || live->is_null()) continue;
    const Json expected = expected_after(step, *one.before, *live);
    const std::string now = clusters::object_fingerprint(prints, *live);
    const bool changed = now != clusters::object_fingerprint(prints, *one.before);
    if (expected.is_null() || !changed) continue;
    if (now != clusters::object_fingerprint(prints, expected)) continue;
    one.after = now;
    noted = true;
  }
  if (noted) co_await clusters::note_after(ports_.changes, checkpoint);
}

Async<Result<ChangeResult>> Surgeon::act(clusters::Scene scene, Step step) {
  scene.patience = kWithoutWaiting;
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  if (*kept) {
    clusters::Checkpoint checkpoint = std::move(**kept);
    co_await note_own_work(scene, step, checkpoint);
    const bool done = !checkpoint.objects.empty() &&
                      std::ranges::none_of(checkpoint.objects, [](const auto& one) {
                        return one.after.empty();
                      });
    if (done) co_return done_already(checkpoint);
  }
  const clusters::Approved approved = approved_of(step);
  co_return co_await clusters::execute_change(ports_.changes, scene, approved);
}

Async<Result<ChangeResult>> Surgeon::take_back(clusters::Scene scene, Step step) {
  scene.patience = kWithoutWaiting;
  if (is_restart(step)) co_return nothing_to_take_back();
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  if (!*kept) co_return nothing_to_take_back();
  clusters::Checkpoint checkpoint = std::move(**kept);
  co_await note_own_work(scene, step, checkpoint);
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

Async<Result<bool>> Surgeon::has_begun(Step step) {
  auto kept = co_await ports_.changes.checkpoints.find(step.checkpoint);
  if (!kept) co_return fail(std::move(kept).error());
  co_return kept->has_value();
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
