#include "domain/clusters/config_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/encoding.h"
#include "base/text.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxData = std::size_t{1}
                                 << 20;  // all entries together, as Kubernetes has it
constexpr std::size_t kMaxKey = 253;
constexpr std::size_t kMaxSpoken = 24;  // characters of a value that is said aloud
constexpr int kAttempts = 3;

bool is_secret_kind(const ObjectRef& object) {
  return object.kind == "Secret";
}

std::string name_of_kind(const ObjectRef& object, bool zh) {
  if (!zh) return object.kind;
  return is_secret_kind(object) ? "密钥" : "配置";
}

// Some keep their passwords in a ConfigMap.
bool is_hidden(const ConfigWish& wish) {
  return is_secret_kind(wish.object) || sounds_secret(wish.key);
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kMaxKey && key != "." && key != ".." &&
         std::ranges::all_of(key, [](char c) { return is_alnum(c) || is_one_of(c, "-._"); });
}

std::string as_stored(const ObjectRef& object, const std::string& value) {
  return is_secret_kind(object) ? to_base64(value) : value;
}

std::size_t size_of(const Json& data) {
  std::size_t out = 0;
  for (const auto& [key, value] : data.items()) {
    out += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  }
  return out;
}

Result<> check(const Scene& scene, const Json& live, const ConfigWish& wish) {
  const std::string& name = wish.object.name;
  if (!is_key(wish.key)) {
    return refuse(Errc::invalid_argument, scene.user.language,
                  "键名只能用字母、数字、横线、点和下划线。",
                  "A key consists of letters, digits, '-', '.' and '_'.");
  }
  if (bool_or(live, "immutable")) {
    return refuse(Errc::conflict, scene.user.language,
                  fmt::format("{} 是不可改的，只能新建一个再换过去。", name),
                  fmt::format("{} is immutable; create another one and switch to it.", name));
  }
  if (object_or_empty(live, "binaryData").contains(wish.key)) {
    return refuse(
        Errc::invalid_argument, scene.user.language,
        fmt::format("{} 里的 {} 是二进制内容，这里改不了，用 kubectl 改。", name, wish.key),
        fmt::format("{} in {} holds bytes, which cannot be changed here; use kubectl.", wish.key,
                    name));
  }
  if (!is_secret_kind(wish.object) && !is_valid_utf8(wish.value)) {
    return refuse(Errc::invalid_argument, scene.user.language, "内容不是 UTF-8 文本。",
                  "The value is not UTF-8 text.");
  }
  const std::string old = string_or(object_or_empty(live, "data"), wish.key);
  const std::size_t rest = size_of(object_or_empty(live, "data")) - old.size() +
                           size_of(object_or_empty(live, "binaryData"));
  if (rest + as_stored(wish.object, wish.value).size() > kMaxData) {
    return refuse(Errc::invalid_argument, scene.user.language,
                  fmt::format("{} 放不下，一个配置最多一兆字节。", name),
                  fmt::format("{} has no room for it: the limit is 1 MiB.", name));
  }
  return {};
}

bool names_it(const Json& reference, const char* name_key, const ObjectRef& config) {
  return string_or(reference, name_key) == config.name;
}

// By a variable: its value stays as it was when the container started.
bool used_as_variable(const Json& container, const ObjectRef& config, const std::string& key) {
  const bool secret = is_secret_kind(config);
  for (const Json& source : array_or_empty(container, "envFrom")) {
    if (names_it(object_or_empty(source, secret ? "secretRef" : "configMapRef"), "name", config)) {
      return true;
    }
  }
  return std::ranges::any_of(array_or_empty(container, "env"), [&](const Json& variable) {
    const Json& reference = object_or_empty(object_or_empty(variable, "valueFrom"),
                                            secret ? "secretKeyRef" : "configMapKeyRef");
    return names_it(reference, "name", config) && string_or(reference, "key") == key;
  });
}

bool is_volume_of(const Json& volume, const ObjectRef& config) {
  const bool secret = is_secret_kind(config);
  const Json& direct = object_or_empty(volume, secret ? "secret" : "configMap");
  if (names_it(direct, secret ? "secretName" : "name", config)) return true;
  const Json& sources = array_or_empty(object_or_empty(volume, "projected"), "sources");
  return std::ranges::any_of(sources, [&](const Json& source) {
    return names_it(object_or_empty(source, secret ? "secret" : "configMap"), "name", config);
  });
}

// A single file mounted out of it (subPath) is not updated while the container runs.
bool mounted_by_part(const Json& container, const std::string& volume) {
  return std::ranges::any_of(array_or_empty(container, "volumeMounts"), [&](const Json& mount) {
    return string_or(mount, "name") == volume &&
           (mount.contains("subPath") || mount.contains("subPathExpr"));
  });
}

struct Uses {
  std::vector<ConfigUse> all;
  bool complete = true;
};

Async<Uses> find_uses(Scene scene, ObjectRef config, std::string key) {
  Uses out;
  const std::pair<const char*, const char*> kinds[] = {{"apps/v1", "Deployment"},
                                                       {"apps/v1", "StatefulSet"},
                                                       {"apps/v1", "DaemonSet"},
                                                       {"batch/v1", "CronJob"}};
  for (const auto& [version, kind] : kinds) {
    auto workloads = co_await read_all(scene, version, kind, config.ns);
    if (!workloads) {
      out.complete = false;
      continue;
    }
    for (const Json& workload : *workloads) {
      if (auto use = use_of(workload, config, key)) out.all.push_back(std::move(*use));
    }
  }
  std::ranges::sort(out.all, {}, &ConfigUse::name);
  co_return out;
}

std::string say_uses(const Uses& uses, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> restart;
  std::vector<std::string> follow;
  for (const ConfigUse& use : uses.all) {
    (use.needs_restart ? restart : follow).push_back(use.name);
  }
  std::string out;
  if (!restart.empty()) {
    const std::string names = say_list(restart, 3, language);
    out += zh ? fmt::format("{} 要重启才会用上。", names)
              : fmt::format(" {} must be restarted to see it.", names);
  }
  if (!follow.empty()) {
    const std::string names = say_list(follow, 3, language);
    out += zh ? fmt::format("{} 大约一分钟后自己会看到新文件。", names)
              : fmt::format(" {} will see the new file in about a minute.", names);
  }
  if (uses.all.empty() && uses.complete)
    out += zh ? "没有发现谁在用它。" : " Nothing seems to use it.";
  if (!uses.complete)
    out += zh ? "谁在用它没有全查到。" : " Not all who use it could be looked up.";
  return out;
}

bool fit_for_the_ear(std::string_view value) {
  return !value.empty() && count_characters(value) <= kMaxSpoken &&
         value.find('\n') == std::string_view::npos;
}

// "配置 order-config 的 LEVEL 从 info 改成 debug"
std::string say_change(const Scene& scene, const ConfigWish& wish,
                       const std::optional<std::string>& old) {
  const bool zh = is_chinese(scene);
  const std::string kind = name_of_kind(wish.object, zh);
  const bool open = !is_hidden(wish) && fit_for_the_ear(wish.value);
  std::string what;
  if (!open) {
    what = old ? (zh ? "换成新的内容" : "to a new value") : (zh ? "加上" : "as a new entry");
  } else if (old && fit_for_the_ear(*old)) {
    what = zh ? fmt::format("从 {} 改成 {}", *old, wish.value)
              : fmt::format("from {} to {}", *old, wish.value);
  } else {
    what = zh ? fmt::format("{} {}", old ? "改成" : "设成", wish.value)
              : fmt::format("to {}", wish.value);
  }
  return zh ? fmt::format("{} {} 的 {} {}", kind, wish.object.name, wish.key, what)
            : fmt::format("{} in {} {} {}", wish.key, kind, wish.object.name, what);
}

Json merge_patch(const ConfigWish& wish) {
  return {{"data", {{wish.key, as_stored(wish.object, wish.value)}}}};
}

// The seal fits this target only.
std::string place_of(std::string_view cluster_id, const ConfigWish& wish) {
  return "change/" + target_name(cluster_id, wish.object) + "/" + wish.key;
}

std::optional<std::string> value_of(const Json& live, const ConfigWish& wish) {
  const Json& data = object_or_empty(live, "data");
  if (!data.contains(wish.key)) return std::nullopt;
  const std::string stored = string_or(data, wish.key);
  return is_secret_kind(wish.object) ? from_base64(stored).value_or("") : stored;
}

}  // namespace

std::optional<ConfigUse> use_of(const Json& workload, const ObjectRef& config,
                                const std::string& key) {
  const ObjectRef ref = ref_of(workload);
  if (ref.ns != config.ns) return std::nullopt;
  const Json& pod = object_or_empty(pod_template_of(workload), "spec");
  ConfigUse use{.kind = ref.kind, .name = ref.name};
  bool used = false;
  for (const auto* list : {"containers", "initContainers"}) {
    for (const Json& container : array_or_empty(pod, list)) {
      if (!used_as_variable(container, config, key)) continue;
      used = use.needs_restart = true;
    }
  }
  for (const Json& volume : array_or_empty(pod, "volumes")) {
    if (!is_volume_of(volume, config)) continue;
    used = true;
    for (const Json& container : array_or_empty(pod, "containers")) {
      use.needs_restart =
          use.needs_restart || mounted_by_part(container, string_or(volume, "name"));
    }
  }
  // Each new job starts a new pod.
  if (ref.kind == "CronJob") use.needs_restart = false;
  if (!used) return std::nullopt;
  return use;
}

Async<Result<Planned>> plan_config(ChangePorts ports, Scene scene, ConfigWish wish) {
  auto live = co_await read_object(scene, wish.object);
  if (!live) co_return fail(std::move(live).error());
  if (auto ok = check(scene, *live, wish); !ok) co_return fail(ok.error());
  const auto old = value_of(*live, wish);
  if (old == wish.value) {
    co_return NothingToDo{
        is_chinese(scene)
            ? fmt::format("{} 里的 {} 已经是这个内容了，不用改。", wish.object.name, wish.key)
            : fmt::format("{} in {} has that value already.", wish.key, wish.object.name)};
  }
  auto checked = co_await scene.api->patch(wish.object, PatchType::merge, merge_patch(wish),
                                           {.dry_run = true});
  if (!checked) co_return fail(std::move(checked).error());
  const Uses uses = co_await find_uses(scene, wish.object, wish.key);

  const bool secret = is_secret_kind(wish.object);
  const auto shown = [&](const std::string& value) {
    return is_hidden(wish) ? "fingerprint " + short_fingerprint(ports.fingerprints, value)
                           : shorten_bytes(value, 500);
  };
  Json preview{{"object", to_json(wish.object)}, {"key", wish.key}, {"after", shown(wish.value)}};
  if (old) preview["before"] = shown(*old);
  preview["used_by"] = Json::array();
  for (const ConfigUse& use : uses.all) {
    preview["used_by"].push_back(
        {{"kind", use.kind}, {"name", use.name}, {"needs_restart", use.needs_restart}});
  }
  const std::string place = say_place(scene, wish.object.ns);
  const std::string change = say_change(scene, wish, old);
  const Json details{{"object", to_json(wish.object)},
                     {"region", scene.cluster.region},
                     {"cluster", scene.cluster.id},
                     {"key", wish.key}};
  Json arguments = details;
  arguments["content"] = ports.fingerprints.of(wish.value);
  arguments["sealed"] = ports.cipher.seal(wish.value, place_of(scene.cluster.id, wish));
  const std::string fingerprint = object_fingerprint(ports.fingerprints, *live);
  co_return ChangePlan{
      .action = secret ? "update_config.secret" : "update_config.configmap",
      .target = target_name(scene.cluster.id, wish.object),
      .version = fingerprint,
      .ns = wish.object.ns,
      .before = fingerprint,
      .arguments = std::move(arguments),
      .details = details,
      .summary = without_gaps(
          scene, (is_chinese(scene) ? fmt::format("准备把 {}的{}。", place, change)
                                    : fmt::format("About to set {} {}.", change, place)) +
                     say_uses(uses, scene.user.language)),
      .preview = std::move(preview)};
}

Async<Result<ChangeResult>> execute_config(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  ConfigWish wish{.object = ref_from_json(object_or_empty(approved.arguments, "object")),
                  .key = string_or(approved.arguments, "key"),
                  .value = {}};
  auto value =
      ports.cipher.open(string_or(approved.arguments, "sealed"), place_of(scene.cluster.id, wish));
  if (!value) co_return fail(std::move(value).error());
  wish.value = std::move(*value);

  ChangeResult result;
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  std::optional<Checkpoint> kept = std::move(*earlier);
  for (int attempt = 1;; ++attempt) {
    auto live = co_await read_object(scene, wish.object);
    if (!live) co_return fail(std::move(live).error());
    const auto old = value_of(*live, wish);
    if (old == wish.value) {
      result.after = object_fingerprint(ports.fingerprints, *live);
      if (kept) co_await note_late(ports, *kept, result.after);
      break;
    }
    if (object_fingerprint(ports.fingerprints, *live) != approved.version) {
      co_return changed_meanwhile(wish.object.name, language);
    }
    if (auto ok = check(scene, *live, wish); !ok) co_return fail(ok.error());
    if (!kept) {
      auto added =
          co_await keep_checkpoint(ports, scene, approved, say_change(scene, wish, old),
                                   {{.object = wish.object, .before = *live, .after = {}}});
      if (!added) co_return fail(std::move(added).error());
      kept = std::move(*added);
    }
    auto patched = co_await scene.api->patch(wish.object, PatchType::merge, merge_patch(wish),
                                             {.resource_version = resource_version_of(*live)});
    if (patched) {
      result.after = object_fingerprint(ports.fingerprints, *patched);
      kept->objects.front().after = result.after;
      co_await note_after(ports, *kept);
      break;
    }
    if (patched.error().code != Errc::conflict || attempt == kAttempts) {
      co_return write_failed(scene, wish.object.ns, say_change(scene, wish, old),
                             std::move(patched).error());
    }
  }
  if (kept) result.data["number"] = kept->number;
  result.data["object"] = to_json(wish.object);
  result.data["key"] = wish.key;
  const Uses uses = co_await find_uses(scene, wish.object, wish.key);
  result.speech = is_chinese(scene) ? fmt::format("{} 里的 {} 改好了。", wish.object.name, wish.key)
                                    : fmt::format("{} in {} is set.", wish.key, wish.object.name);
  result.speech += say_uses(uses, language);
  if (kept && !is_chinese(scene)) result.speech += " ";
  if (kept) result.speech += say_how_to_undo(language);
  co_return result;
}

}  // namespace mtc::clusters
