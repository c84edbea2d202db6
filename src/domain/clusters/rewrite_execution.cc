#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "domain/clusters/content.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rewrite.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr int kAttempts = 6;  // the status of what crashes moves every few seconds

// The seal fits this change only.
std::string place_of(const std::string& cluster_id, const std::string& action) {
  return fmt::format("change/{}/{}", cluster_id, action);
}

Result<std::vector<Rewrite>> open(ChangePorts ports, const Scene& scene, const Approved& approved) {
  auto opened = ports.cipher.open(string_or(approved.arguments, "sealed"),
                                  place_of(scene.cluster.id, approved.action));
  if (!opened) return fail(std::move(opened).error());
  auto list = parse_json(*opened);
  if (!list) return fail(std::move(list).error());
  std::vector<Rewrite> out;
  for (Json& one : *list) {
    Rewrite rewrite{.restarted_at = string_or(one, "restarted_at"),
                    .start_again = bool_or(one, "start_again"),
                    .before = string_or(one, "before"),
                    .after = string_or(one, "after")};
    rewrite.good = std::move(one["good"]);
    out.push_back(std::move(rewrite));
  }
  return out;
}

struct Progress {
  std::vector<std::string> done;
  std::vector<std::string> untouched;
  std::vector<ObjectRef> rolling;
  std::optional<Error> error;
  std::string failed;  // the object's name
};

// Guarded by its version; where only its status has changed, it is tried again. It has been looked
// at: `live` is as it was planned.
Async<Result<Json>> write(ChangePorts ports, Scene scene, Rewrite rewrite, Json live) {
  for (int attempt = 1;; ++attempt) {
    Json wanted = rewritten(live, rewrite);
    auto written = live.is_null()
                       ? co_await scene.api->create(std::move(wanted), {})
                       : co_await scene.api->replace(
                             std::move(wanted), {.resource_version = resource_version_of(live)});
    if (written || written.error().code != Errc::conflict || attempt == kAttempts) {
      co_return written;
    }
    const ObjectRef ref = ref_of(rewrite.good);
    auto again = co_await read_if_there(scene, ref);
    if (!again) co_return again;
    const std::string now = object_fingerprint(ports.fingerprints, *again);
    if (now == rewrite.after) co_return again;
    if (now != rewrite.before) co_return changed_meanwhile(ref.name, scene.user.language);
    live = std::move(*again);
  }
}

// In the order of the plan. What is done already is noted where that was missed.
Async<> write_all(ChangePorts ports, Scene scene, const std::vector<Rewrite>& rewrites,
                  Checkpoint& kept, Progress& progress) {
  for (std::size_t i = 0; i < rewrites.size(); ++i) {
    const Rewrite& one = rewrites[i];
    const ObjectRef ref = ref_of(one.good);
    if (progress.error) {
      progress.untouched.push_back(ref.name);
      continue;
    }
    CheckpointObject& object = kept.objects[i];
    const std::string now = object_fingerprint(ports.fingerprints, one.live);
    if (object.after.empty() || object.after != now) {
      if (now == one.after) {
        object.after = now;
      } else {
        auto written = co_await write(ports, scene, one, one.live);
        if (!written) {
          progress.error = std::move(written).error();
          progress.failed = ref.name;
          continue;
        }
        object.after = object_fingerprint(ports.fingerprints, *written);
      }
      // At once: whoever undoes after a crash here knows what was ours.
      co_await note_after(ports, kept);
    }
    progress.done.push_back(ref.name);
    if (is_workload(ref.kind)) progress.rolling.push_back(ref);
  }
}

std::string say_progress(const Scene& scene, const RewriteWords& words, const Progress& progress) {
  const Language language = scene.user.language;
  const std::string done = say_list(progress.done, 3, language);
  auto why = say_write_failure(*progress.error, language);
  if (!why.ends_with("。") && !why.ends_with(".")) why += is_chinese(scene) ? "。" : ".";
  return is_chinese(scene) ? fmt::format("{} 只做了一半：{} 改好了，{} 没有成功，{}", words.what,
                                         done, progress.failed, why)
                           : fmt::format("{} was done in part: {} back as before, {} not: {} ",
                                         capitalised(words.what), done, progress.failed, why);
}

// Of several workloads: how many are ready; the first that is not over is watched.
Async<> verify_all(ChangePorts ports, Scene scene, std::vector<ObjectRef> rolling, std::string what,
                   ChangeResult& result) {
  if (rolling.empty()) co_return;
  if (rolling.size() == 1) {
    co_await verify(ports, scene, rolling.front(), what, result);
    co_return;
  }
  const Language language = scene.user.language;
  std::int64_t ready = 0;
  std::string stuck;
  for (const ObjectRef& object : rolling) {
    // The wait for the first is one for all.
    const Millis patience = object == rolling.front() ? scene.patience : Millis{0};
    const auto rollout = co_await await_rollout(ports, scene, object, patience);
    if (rollout && rollout->state == Rollout::State::done) {
      ++ready;
    } else if (rollout && rollout->state == Rollout::State::stuck) {
      stuck = object.name;
    } else if (!result.watch) {
      result.watch = Watch{.cluster_id = scene.cluster.id, .object = object, .summary = what};
    }
  }
  const auto wanted = std::ssize(rolling);
  result.data["ready"] = ready;
  result.data["wanted"] = wanted;
  result.data["done"] = ready == wanted;
  result.failed = !stuck.empty();
  const std::string all = say_count(wanted, language);
  const std::string some = say_count(ready, language);
  if (ready == wanted) {
    result.speech += is_chinese(scene) ? fmt::format("{}个服务都好了。", all)
                                       : fmt::format("All {} workloads are ready.", all);
    co_return;
  }
  result.speech += is_chinese(scene)
                       ? fmt::format("{}个服务里好了{}个。", all, some)
                       : fmt::format("{} of {} workloads are ready so far.", some, all);
  if (stuck.empty()) co_return;
  result.speech += is_chinese(scene) ? fmt::format("{} 起不来。", stuck)
                                     : fmt::format(" {} does not come up.", stuck);
}

struct Looked {
  std::vector<Rewrite> rewrites;  // with what is there now
  bool idle = true;               // all of it is done
};

// Errc::conflict where an object is neither as it was planned nor as the change leaves it.
Async<Result<Looked>> look(ChangePorts ports, Scene scene, std::vector<Rewrite> rewrites,
                           std::optional<Checkpoint> kept) {
  Looked out;
  for (std::size_t i = 0; i < rewrites.size(); ++i) {
    Rewrite& one = rewrites[i];
    const ObjectRef ref = ref_of(one.good);
    auto live = co_await read_if_there(scene, ref);
    if (!live) co_return fail(std::move(live).error());
    one.live = std::move(*live);
    const std::string now = object_fingerprint(ports.fingerprints, one.live);
    const bool noted = kept && i < kept->objects.size() && kept->objects[i].after == now;
    const bool done = now == one.after || noted;
    if (!done && now != one.before) co_return changed_meanwhile(ref.name, scene.user.language);
    out.idle = out.idle && done;
  }
  out.rewrites = std::move(rewrites);
  co_return out;
}

std::vector<CheckpointObject> as_they_are(const std::vector<Rewrite>& rewrites) {
  std::vector<CheckpointObject> out;
  for (const Rewrite& one : rewrites) {
    CheckpointObject kept{.object = ref_of(one.good), .before = {}, .after = {}};
    if (!one.live.is_null()) kept.before = one.live;
    out.push_back(std::move(kept));
  }
  return out;
}

std::string together(ChangePorts ports, const Checkpoint& kept) {
  std::string all;
  for (const CheckpointObject& one : kept.objects) all += one.after + "\n";
  return ports.fingerprints.of(all);
}

}  // namespace

Json sealed(ChangePorts ports, const Scene& scene, const std::string& action,
            const std::vector<Rewrite>& rewrites) {
  Json list = Json::array();
  for (const Rewrite& one : rewrites) {
    list.push_back({{"good", one.good},
                    {"restarted_at", one.restarted_at},
                    {"start_again", one.start_again},
                    {"before", one.before},
                    {"after", one.after}});
  }
  const std::string content = dump_json(list);
  return {{"content", ports.fingerprints.of(content)},
          {"sealed", ports.cipher.seal(content, place_of(scene.cluster.id, action))}};
}

Async<Result<ChangeResult>> execute_rewrites(ChangePorts ports, Scene scene, Approved approved,
                                             RewriteWords words) {
  auto rewrites = open(ports, scene, approved);
  if (!rewrites) co_return fail(std::move(rewrites).error());
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  auto looked = co_await look(ports, scene, std::move(*rewrites), *earlier);
  if (!looked) co_return fail(std::move(looked).error());

  ChangeResult result;
  Progress progress;
  if (looked->idle && !*earlier) {
    for (const Rewrite& one : looked->rewrites) {
      const ObjectRef ref = ref_of(one.good);
      progress.done.push_back(ref.name);
      if (is_workload(ref.kind)) progress.rolling.push_back(ref);
    }
  } else {
    auto kept =
        co_await keep_checkpoint(ports, scene, approved, words.what, as_they_are(looked->rewrites));
    if (!kept) co_return fail(std::move(kept).error());
    co_await write_all(ports, scene, looked->rewrites, *kept, progress);
    if (progress.error && progress.done.empty()) {
      co_return write_failed(scene, ref_of(looked->rewrites.front().good).ns, words.what,
                             std::move(*progress.error));
    }
    result.data["number"] = kept->number;
    result.after = together(ports, *kept);
  }
  result.data["changed"] = progress.done;
  result.data["not_tried"] = progress.untouched;
  if (progress.error) {
    result.failed = true;
    result.data["failed"] = progress.failed;
    result.data["error"] = progress.error->message;
    result.speech = say_progress(scene, words, progress);
  } else {
    const bool last = progress.rolling.empty();
    result.speech = words.done + (is_chinese(scene) ? (last ? "。" : "，") : (last ? "." : ". "));
    co_await verify_all(ports, scene, progress.rolling, words.what, result);
    if (!is_chinese(scene)) result.speech += " ";
  }
  const bool can_undo = result.data.contains("number");
  if (result.watch) result.watch->can_undo = can_undo;
  if (can_undo) result.speech += say_how_to_undo(scene.user.language);
  co_return result;
}

}  // namespace mtc::clusters
