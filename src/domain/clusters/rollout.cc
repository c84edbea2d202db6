#include "domain/clusters/rollout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/object.h"

namespace mtc::clusters {
namespace {

constexpr Millis kFirstLook{500};
constexpr Millis kLongestPause{5'000};

struct Numbers {
  std::int64_t wanted = 0, total = 0, updated = 0, ready = 0;
  bool observed = true;
};

Numbers numbers_of(const Json& workload) {
  const Json& spec = object_or_empty(workload, "spec");
  const Json& status = object_or_empty(workload, "status");
  const std::int64_t generation =
      integer_or(object_or_empty(workload, "metadata"), "generation", 0);
  Numbers out;
  out.observed = integer_or(status, "observedGeneration", 0) >= generation;
  if (string_or(workload, "kind") == "DaemonSet") {
    out.wanted = out.total = integer_or(status, "desiredNumberScheduled");
    out.updated = integer_or(status, "updatedNumberScheduled");
    out.ready = integer_or(status, "numberAvailable");
    return out;
  }
  out.wanted = integer_or(spec, "replicas", 1);
  out.total = integer_or(status, "replicas");
  out.updated = integer_or(status, "updatedReplicas");
  out.ready = string_or(workload, "kind") == "StatefulSet"
                  ? integer_or(status, "readyReplicas")
                  : integer_or(status, "availableReplicas");
  return out;
}

// A StatefulSet whose revisions agree counts none as updated in some versions.
bool same_revision(const Json& workload) {
  const Json& status = object_or_empty(workload, "status");
  const std::string current = string_or(status, "currentRevision");
  return !current.empty() && current == string_or(status, "updateRevision");
}

std::string why_stuck(const Json& workload) {
  for (const Json& one : array_or_empty(object_or_empty(workload, "status"), "conditions")) {
    const std::string type = string_or(one, "type");
    const std::string status = string_or(one, "status");
    const bool late = type == "Progressing" && status == "False";
    const bool refused = type == "ReplicaFailure" && status == "True";
    if (!late && !refused) continue;
    const std::string message = string_or(one, "message", string_or(one, "reason"));
    return shorten_characters(sanitize_utf8(message), 120);
  }
  return {};
}

// What keeps the pods from being ready, as one of them says it.
Async<std::string> pod_trouble(Scene scene, ObjectRef object) {
  auto workload = co_await scene.api->get(object);
  if (!workload) co_return "";
  auto pods = co_await scene.api->pods(
      {.ns = object.ns, .labels = label_selector(selector_of(*workload)), .fields = ""});
  if (!pods) co_return "";
  for (const Pod& pod : *pods) {
    if (!pod.ready && !pod.terminating && !pod.reason.empty() && pod.reason != "ContainerCreating")
      co_return pod.reason;
  }
  co_return "";
}

}  // namespace

Rollout rollout_of(const Json& workload) {
  if (!is_workload(string_or(workload, "kind"))) return {.state = Rollout::State::done};
  const Numbers numbers = numbers_of(workload);
  const bool updated = numbers.updated >= numbers.wanted || same_revision(workload);
  Rollout out{.wanted = numbers.wanted, .updated = numbers.updated, .ready = numbers.ready};
  if (numbers.observed && updated && numbers.total <= numbers.wanted &&
      numbers.ready >= numbers.wanted) {
    out.state = Rollout::State::done;
    return out;
  }
  // Before the controller has seen the change all it says is of the one before.
  if (!numbers.observed) {
    out.updated = 0;
    return out;
  }
  out.reason = why_stuck(workload);
  if (!out.reason.empty()) out.state = Rollout::State::stuck;
  return out;
}

bool is_rolling(const Json& workload) {
  const Numbers numbers = numbers_of(workload);
  if (!numbers.observed) return true;
  if (!why_stuck(workload).empty()) return false;
  if (numbers.updated >= numbers.wanted || same_revision(workload)) {
    return numbers.total > numbers.wanted;  // the old ones have not gone yet
  }
  return true;
}

Async<Result<Rollout>> await_rollout(ChangePorts ports, Scene scene, ObjectRef object,
                                     Millis patience, std::function<void(const Rollout&)> told) {
  Millis waited{0};
  Millis pause = kFirstLook;
  for (;;) {
    auto live = co_await scene.api->get(object);
    const bool away =
        !live && (live.error().code == Errc::unavailable || live.error().code == Errc::timed_out ||
                  live.error().code == Errc::rate_limited);
    if (!live && (!away || waited >= patience)) co_return fail(std::move(live).error());
    if (live) {
      const Rollout rollout = rollout_of(*live);
      if (told) told(rollout);
      if (rollout.state != Rollout::State::going || waited >= patience) co_return rollout;
    }
    const Millis next = std::min(pause, patience - waited);
    co_await ports.sleeper.sleep(next);
    waited += next;
    pause = std::min(pause * 2, kLongestPause);
  }
}

std::string say_rollout(const Rollout& rollout, Language language) {
  const bool zh = language == Language::zh;
  const std::string wanted = say_count(rollout.wanted, language);
  // Old pods are ready too: what counts is how many of the new ones can be.
  const std::int64_t come = std::min({rollout.updated, rollout.ready, rollout.wanted});
  const std::string ready = say_count(come, language);
  switch (rollout.state) {
    case Rollout::State::done:
      if (rollout.wanted == 0) return zh ? "副本都停了。" : "All replicas are gone.";
      if (rollout.wanted == 1) return zh ? "一个副本，正常。" : "The one replica is ready.";
      return zh ? fmt::format("{}个副本都好了。", wanted)
                : fmt::format("All {} replicas are ready.", wanted);
    case Rollout::State::going:
      if (rollout.wanted == 0) return zh ? "副本正在停。" : "The replicas are stopping.";
      if (come == rollout.wanted) return zh ? "旧的副本正在停。" : "The old replicas are stopping.";
      if (come == 0) return zh ? "新的副本还没好。" : "No new replica is ready yet.";
      return zh ? fmt::format("{}个副本里好了{}个。", wanted, ready)
                : fmt::format("{} of {} replicas are ready so far.", ready, wanted);
    case Rollout::State::stuck:
      break;
  }
  std::string why;
  if (!rollout.reason.empty()) why = (zh ? "，集群说：" : "; the cluster says: ") + rollout.reason;
  if (come == 0) {
    return zh ? fmt::format("{}个副本一个都没好{}。", wanted, why)
              : fmt::format("None of {} replicas is ready{}.", wanted, why);
  }
  return zh ? fmt::format("{}个副本里只好了{}个{}。", wanted, ready, why)
            : fmt::format("Only {} of {} replicas are ready{}.", ready, wanted, why);
}

Async<Result<ChangeResult>> watch_rollout(ChangePorts ports, Scene scene, Watch watch,
                                          Millis patience,
                                          std::function<void(const Rollout&)> told) {
  auto rollout = co_await await_rollout(ports, scene, watch.object, patience, std::move(told));
  if (!rollout) co_return fail(std::move(rollout).error());
  if (rollout->state == Rollout::State::going) {
    rollout->state = Rollout::State::stuck;
    rollout->reason = co_await pod_trouble(scene, watch.object);
  }
  const bool well = rollout->state == Rollout::State::done;
  const Language language = scene.user.language;
  std::string speech = watch.object.name;
  speech += is_chinese(scene) ? (well ? " 好了，" : " 没有好，")
                              : (well ? " is done. " : " is not well. ");
  speech += say_rollout(*rollout, language);
  const bool tell_undo = !well && watch.can_undo;
  if (tell_undo && !is_chinese(scene)) speech += " ";
  if (tell_undo) speech += say_how_to_undo(language);
  co_return ChangeResult{
      .speech = std::move(speech),
      .data = {{"ready", rollout->ready}, {"wanted", rollout->wanted}, {"done", well}},
      .after = {},
      .watch = {},
      .failed = !well};
}

Json to_json(const Watch& watch) {
  return {{"cluster", watch.cluster_id},
          {"object", to_json(watch.object)},
          {"summary", watch.summary},
          {"can_undo", watch.can_undo}};
}

Watch watch_from_json(const Json& json) {
  return {.cluster_id = string_or(json, "cluster"),
          .object = ref_from_json(object_or_empty(json, "object")),
          .summary = string_or(json, "summary"),
          .can_undo = bool_or(json, "can_undo")};
}

Async<> verify(ChangePorts ports, Scene scene, ObjectRef object, std::string summary,
               ChangeResult& result) {
  auto rollout = co_await await_rollout(ports, scene, object, scene.patience);
  const Language language = scene.user.language;
  if (!rollout) {
    result.speech += is_chinese(scene) ? "改是改了，结果还没看到，集群暂时没有回答。"
                                       : "The change is made; the cluster does not say yet what "
                                         "came of it.";
    co_return;
  }
  result.data["ready"] = rollout->ready;
  result.data["wanted"] = rollout->wanted;
  result.data["done"] = rollout->state == Rollout::State::done;
  result.failed = rollout->state == Rollout::State::stuck;
  result.speech += say_rollout(*rollout, language);
  if (rollout->state == Rollout::State::going) {
    result.watch = Watch{
        .cluster_id = scene.cluster.id, .object = std::move(object), .summary = std::move(summary)};
  }
}

}  // namespace mtc::clusters
