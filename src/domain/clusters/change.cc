#include "domain/clusters/change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/job_queue.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/apply_change.h"
#include "domain/clusters/config_change.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/isolate_change.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pool_change.h"
#include "domain/clusters/restart_change.h"
#include "domain/clusters/restore.h"
#include "domain/clusters/scale_change.h"
#include "domain/clusters/version_change.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kReadAtOnce = 8;

// What the jobs of read_all share.
struct Reading {
  std::shared_ptr<ClusterApi> api;
  std::vector<Json> objects;
  std::optional<Error> error;
};

Async<> read_into(std::shared_ptr<Reading> reading, ObjectRef object) {
  auto found = co_await reading->api->get(std::move(object));
  if (found) {
    reading->objects.push_back(std::move(*found));
  } else if (found.error().code != Errc::not_found && !reading->error) {
    reading->error = std::move(found).error();
  }
}

Async<Result<ChangeResult>> execute_kind(ChangePorts ports, Scene scene, Approved approved) {
  const std::string_view action = std::string_view(approved.action);
  const std::string_view kind = action.substr(0, action.find('.'));
  if (kind == "scale_workload") co_return co_await execute_scale(ports, scene, approved);
  if (kind == "restart_workload") co_return co_await execute_restart(ports, scene, approved);
  if (kind == "update_config") co_return co_await execute_config(ports, scene, approved);
  if (kind == "apply_yaml") co_return co_await execute_apply(ports, scene, approved);
  if (kind == "create_node_pool") co_return co_await execute_new_pool(ports, scene, approved);
  if (kind == "resize_node_pool") co_return co_await execute_resize(ports, scene, approved);
  if (kind == "roll_back") co_return co_await execute_roll_back(ports, scene, approved);
  if (kind == "roll_back_release") {
    co_return co_await execute_release_back(ports, scene, approved);
  }
  if (kind == "isolate_workload") co_return co_await execute_isolation(ports, scene, approved);
  if (kind == "undo_change") co_return co_await execute_undo(ports, scene, approved);
  co_return fail(Errc::internal, "no change is called " + approved.action);
}

}  // namespace

Async<Result<ChangeResult>> execute_change(ChangePorts ports, Scene scene, Approved approved) {
  auto result = co_await execute_kind(ports, scene, std::move(approved));
  if (result) result->speech = without_gaps(scene, std::move(result->speech));
  co_return result;
}

Async<Result<Json>> read_object(const Scene& scene, ObjectRef object) {
  const std::string name = spoken_name(object);
  const std::string place = say_place(scene, object.ns);
  auto found = co_await scene.api->get(std::move(object));
  if (found || found.error().code != Errc::not_found) co_return found;
  co_return refuse(Errc::not_found, scene.user.language, fmt::format("{}没有 {}。", place, name),
                   fmt::format("There is no {} {}.", name, place));
}

Async<Result<Json>> read_if_there(const Scene& scene, ObjectRef object) {
  auto found = co_await scene.api->get(std::move(object));
  if (!found && found.error().code == Errc::not_found) co_return Json(nullptr);
  co_return found;
}

Async<Result<std::vector<Json>>> read_all(const Scene& scene, std::string api_version,
                                          std::string kind, std::string ns, std::size_t most) {
  auto names = co_await scene.api->names(api_version, kind, ns);
  if (!names) co_return fail(std::move(names).error());
  if (names->size() > most) names->resize(most);
  const auto reading = std::make_shared<Reading>();
  reading->api = scene.api;
  const auto queue = std::make_shared<JobQueue>();
  for (const std::string& name : *names) {
    ObjectRef object{.api_version = api_version, .kind = kind, .ns = ns, .name = name};
    queue->push([reading, object] { return read_into(reading, object); });
  }
  co_await queue->run(kReadAtOnce);
  if (reading->error) co_return fail(std::move(*reading->error));
  co_return std::move(reading->objects);
}

std::unexpected<Error> refuse(Errc code, Language language, std::string zh, std::string en) {
  return fail(code, language == Language::zh ? close_gaps(zh) : std::move(en));
}

std::unexpected<Error> changed_meanwhile(std::string_view name, Language language) {
  return refuse(
      Errc::conflict, language,
      fmt::format("{} 刚刚被别人改过，和计划的时候不一样了，没有动它。还要做的话，再说一遍。",
                  name),
      fmt::format("{} has been changed since this was planned, so I left it alone. If you still "
                  "want it, say it again.",
                  name));
}

Async<Result<Checkpoint>> keep_checkpoint(ChangePorts ports, const Scene& scene,
                                          const Approved& approved, std::string summary,
                                          std::vector<CheckpointObject> objects) {
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  if (*earlier) co_return std::move(**earlier);
  const bool chosen = !approved.checkpoint.empty();
  Checkpoint checkpoint{.id = chosen ? approved.checkpoint : random_hex(ports.random, 16),
                        .user = scene.user.id,
                        .region = scene.cluster.region,
                        .cluster_id = scene.cluster.id,
                        .cluster_name = scene.cluster.name,
                        .action = approved.action,
                        .summary = without_gaps(scene, std::move(summary)),
                        .objects = std::move(objects),
                        .created = ports.clock.now(),
                        .restored = {}};
  auto kept = co_await ports.checkpoints.add(std::move(checkpoint));
  if (!kept) co_return fail_in("the state before the change could not be kept", kept.error());
  co_return kept;
}

Async<Result<std::optional<Checkpoint>>> kept_before(ChangePorts ports, const Approved& approved) {
  if (approved.checkpoint.empty()) co_return std::nullopt;
  auto found = co_await ports.checkpoints.find(approved.checkpoint);
  if (!found) co_return fail_in("what was kept before could not be read", found.error());
  co_return found;
}

Async<> note_late(ChangePorts ports, Checkpoint& kept, std::string after) {
  if (kept.objects.empty() || !kept.objects.front().after.empty()) co_return;
  kept.objects.front().after = std::move(after);
  co_await note_after(ports, kept);
}

Async<> note_after(ChangePorts ports, Checkpoint checkpoint) {
  // Without it undo finds objects that it cannot be sure of, and says so.
  co_await ports.checkpoints.update(std::move(checkpoint));
}

Result<ChangeResult> write_failed(const Scene& scene, const std::string& ns,
                                  const std::string& what, Error error) {
  if (!may_be_done(error)) return fail(std::move(error));
  const Language language = scene.user.language;
  const std::string place = say_place(scene, ns);
  const std::string unknown = say_write_failure(error, language);
  ChangeResult out;
  out.speech = is_chinese(scene) ? fmt::format("{}{}，{}", place, what, unknown)
                                 : fmt::format("{} {}: {}", capitalised(what), place, unknown);
  out.failed = true;
  return out;
}

std::string_view say_how_to_undo(Language language) {
  return language == Language::zh ? "要改回来就说：撤销。" : "To take it back, say: undo.";
}

std::string say_place(const Scene& scene, const std::string& ns) {
  const Cluster& cluster = scene.cluster;
  return say_place(cluster.name.empty() ? cluster.id : cluster.name, ns, scene.user.language);
}

std::string say_replicas(std::int64_t count, Language language) {
  const std::string number = say_count(count, language);
  if (language == Language::zh) return number + "个副本";
  return number + (count == 1 ? " replica" : " replicas");
}

std::string without_gaps(const Scene& scene, std::string sentence) {
  return is_chinese(scene) ? close_gaps(sentence) : sentence;
}

}  // namespace mtc::clusters
