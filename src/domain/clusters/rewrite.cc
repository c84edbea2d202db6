#include "domain/clusters/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/clusters/content.h"
#include "domain/clusters/diff.h"
#include "domain/clusters/good_state.h"
#include "domain/clusters/object.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxLines = 30;  // of the difference of one object

bool is_frozen(const Rewrite& rewrite) {
  return bool_or(rewrite.live, "immutable") && !same_content(rewrite.live, rewrite.good);
}

std::unexpected<Error> frozen(const Scene& scene, const std::string& name) {
  return refuse(Errc::conflict, scene.user.language,
                fmt::format("{} 是不可改的，改不回去。要换的话，得新建一个再换过去。", name),
                fmt::format("{} is immutable and cannot be put back; create another one and "
                            "switch to it.",
                            name));
}

std::unexpected<Error> in_object(const Json& object, Error error) {
  error.message = spoken_name(ref_of(object)) + ": " + error.message;
  return fail(std::move(error));
}

}  // namespace

Json rewritten(const Json& live, const Rewrite& rewrite) {
  Json out = live.is_null() ? rewrite.good : with_content(sendable(live), rewrite.good);
  if (is_config(string_or(out, "kind"))) return out;
  if (live.is_null()) out["spec"]["template"] = writable_template(pod_template_of(out));
  if (!rewrite.restarted_at.empty()) {
    out["spec"]["template"]["metadata"]["annotations"][std::string(kRestartedAt)] =
        rewrite.restarted_at;
  }
  if (rewrite.start_again) {
    out["spec"]["replicas"] = integer_or(object_or_empty(rewrite.good, "spec"), "replicas", 1);
  }
  return out;
}

std::vector<Rewrite> configs_first(std::vector<Rewrite> rewrites) {
  std::vector<Rewrite> out;
  for (const bool config : {true, false}) {
    for (Rewrite& one : rewrites) {
      if (is_config(string_or(one.good, "kind")) == config) out.push_back(std::move(one));
    }
  }
  return out;
}

Async<Result<std::vector<Rewrite>>> check_rewrites(ChangePorts ports, Scene scene,
                                                   std::vector<Rewrite> rewrites) {
  for (Rewrite& one : rewrites) {
    if (is_frozen(one)) co_return frozen(scene, ref_of(one.good).name);
    one.before = object_fingerprint(ports.fingerprints, one.live);
    Json wanted = rewritten(one.live, one);
    // Not bound to a version: the status of what is in trouble moves all the time.
    auto checked = one.creates()
                       ? co_await scene.api->create(std::move(wanted), {.dry_run = true})
                       : co_await scene.api->replace(std::move(wanted), {.dry_run = true});
    if (!checked) co_return in_object(one.good, std::move(checked).error());
    one.after = object_fingerprint(ports.fingerprints, *checked);
  }
  co_return rewrites;
}

std::string version_of(ChangePorts ports, const std::vector<Rewrite>& rewrites) {
  std::string all;
  for (const Rewrite& one : rewrites) all += one.before + "\n";
  return ports.fingerprints.of(all);
}

Json preview_of(ChangePorts ports, const std::vector<Rewrite>& rewrites) {
  Json out = Json::array();
  for (const Rewrite& one : rewrites) {
    const auto found =
        differences(one.live, rewritten(one.live, one), ports.fingerprints, kMaxLines);
    Json shown = to_json(ref_of(one.good));
    shown["what"] = one.creates() ? "create" : "change";
    shown["differences"] = to_json(found);
    shown["more"] = found.total - found.shown.size();
    out.push_back(std::move(shown));
  }
  return out;
}

Async<std::vector<std::string>> other_readers(Scene scene, std::vector<Rewrite> rewrites) {
  std::set<ObjectRef> configs;
  std::set<ObjectRef> known;
  for (const Rewrite& one : rewrites) {
    const ObjectRef ref = ref_of(one.good);
    (is_config(ref.kind) ? configs : known).insert(ref);
  }
  std::vector<std::string> out;
  if (configs.empty()) co_return out;
  for (const WorkloadKind kind : kServingKinds) {
    const auto all =
        co_await read_all(scene, "apps/v1", std::string(object_kind(kind)), configs.begin()->ns);
    if (!all) continue;
    for (const Json& one : *all) {
      const auto read = configs_of(one);
      const bool reads = std::ranges::any_of(
          read, [&configs](const ObjectRef& ref) { return configs.contains(ref); });
      if (reads && !known.contains(ref_of(one))) out.push_back(ref_of(one).name);
    }
  }
  std::ranges::sort(out);
  co_return out;
}

std::string say_other_readers(const std::vector<std::string>& names, Language language) {
  if (names.empty()) return "";
  const std::string who = say_list(names, 3, language);
  return language == Language::zh
             ? fmt::format("{} 也在用这些配置，不会跟着重启。", who)
             : fmt::format("{} read{} the same configuration and will not be restarted. ", who,
                           names.size() == 1 ? "s" : "");
}

std::string say_configs(const std::vector<Rewrite>& rewrites, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> names;
  for (const Rewrite& one : rewrites) {
    const ObjectRef ref = ref_of(one.good);
    if (!is_config(ref.kind)) continue;
    const std::string kind = !zh ? ref.kind : ref.kind == "Secret" ? "密钥" : "配置";
    names.push_back(kind + " " + ref.name);
  }
  return say_list(names, 3, language);
}

}  // namespace mtc::clusters
