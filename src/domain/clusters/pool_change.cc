#include "domain/clusters/pool_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/names.h"
#include "domain/clusters/object.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::string_view kApiVersion = "tke.cloud.tencent.com/v1";
constexpr std::int64_t kMostNodes = 500;

std::string say_nodes(std::int64_t count, Language language) {
  const std::string number = say_count(count, language);
  if (language == Language::zh) return number + "台";
  return number + (count == 1 ? " node" : " nodes");
}

// TKE pools can be made like regular and native ones.
bool is_usable(const NodePool& pool) {
  return pool.type == PoolType::regular || pool.type == PoolType::native;
}

// Of exactly that name or id.
const NodePool* find(const std::vector<NodePool>& pools, std::string_view said) {
  const auto it = std::ranges::find_if(pools, [said](const NodePool& pool) {
    return pool.id == said || equals_ignoring_case(pool.name, said);
  });
  return it == pools.end() ? nullptr : &*it;
}

// The one that is meant by what was said.
Result<NodePool> choose_pool(const Scene& scene, const std::string& said,
                             const std::vector<NodePool>& pools) {
  if (pools.empty()) {
    const std::string place = say_place(scene, "");
    return refuse(Errc::not_found, scene.user.language, place + "没有节点池。",
                  "There is no node pool " + place + ".");
  }
  if (said.empty() && pools.size() == 1) return pools.front();
  std::vector<NameCandidate> candidates;
  for (const NodePool& pool : pools)
    candidates.push_back({.name = pool.name.empty() ? pool.id : pool.name, .also = {pool.id}});
  auto match = choose_name({.spoken = said, .what = Named::pool, .language = scene.user.language},
                           candidates);
  if (!match) return fail(std::move(match).error());
  return pools[match->index];
}

Json spec_json(const NodePoolSpec& spec) {
  Json labels = Json::array();
  for (const Label& one : spec.labels) labels.push_back({{"name", one.name}, {"value", one.value}});
  Json taints = Json::array();
  for (const Taint& one : spec.taints) {
    taints.push_back({{"key", one.key}, {"value", one.value}, {"effect", one.effect}});
  }
  return {{"name", spec.name},
          {"type", spec.type == PoolType::native ? "native" : "regular"},
          {"instance_type", spec.instance_type},
          {"min", spec.minimum},
          {"max", spec.maximum},
          {"desired", spec.desired},
          {"autoscaling", spec.autoscaling},
          {"disk_type", spec.disk_type},
          {"disk_gib", spec.disk_gib},
          {"subnets", spec.subnets},
          {"security_groups", spec.security_groups},
          {"key_ids", spec.key_ids},
          {"image", spec.image},
          {"charge_type", spec.charge_type},
          {"labels", std::move(labels)},
          {"taints", std::move(taints)}};
}

std::vector<std::string> texts(const Json& object, std::string_view key) {
  std::vector<std::string> out;
  for (const Json& one : array_or_empty(object, key)) {
    if (one.is_string()) out.push_back(one.get<std::string>());
  }
  return out;
}

NodePoolSpec spec_from_json(const Json& json) {
  NodePoolSpec spec{
      .name = string_or(json, "name"),
      .type = string_or(json, "type") == "native" ? PoolType::native : PoolType::regular,
      .instance_type = string_or(json, "instance_type"),
      .minimum = integer_or(json, "min"),
      .maximum = integer_or(json, "max"),
      .desired = integer_or(json, "desired"),
      .autoscaling = bool_or(json, "autoscaling"),
      .disk_type = string_or(json, "disk_type"),
      .disk_gib = integer_or(json, "disk_gib"),
      .subnets = texts(json, "subnets"),
      .security_groups = texts(json, "security_groups"),
      .key_ids = texts(json, "key_ids"),
      .image = string_or(json, "image"),
      .charge_type = string_or(json, "charge_type"),
      .labels = {},
      .taints = {}};
  for (const Json& one : array_or_empty(json, "labels")) {
    spec.labels.push_back({string_or(one, "name"), string_or(one, "value")});
  }
  for (const Json& one : array_or_empty(json, "taints")) {
    spec.taints.push_back(
        {string_or(one, "key"), string_or(one, "value"), string_or(one, "effect")});
  }
  return spec;
}

// What was said over what the other pool has; its labels and taints are that pool's own.
NodePoolSpec blend(NodePoolSpec base, const PoolWish& wish) {
  base.name = wish.name;
  if (!wish.instance_type.empty()) base.instance_type = wish.instance_type;
  base.autoscaling = wish.autoscaling.value_or(base.autoscaling);
  base.desired = wish.desired.value_or(wish.minimum.value_or(1));
  base.minimum = wish.minimum.value_or(std::min<std::int64_t>(base.desired, 1));
  base.maximum = wish.maximum.value_or(std::max(base.desired, base.minimum));
  base.labels = wish.labels;
  base.taints = wish.taints;
  return base;
}

Result<> check_complete(const Scene& scene, const NodePoolSpec& spec) {
  std::vector<std::string> missing;
  const bool zh = is_chinese(scene);
  if (spec.name.empty()) missing.emplace_back(zh ? "名字" : "a name");
  if (spec.instance_type.empty()) missing.emplace_back(zh ? "机型" : "an instance type");
  if (spec.subnets.empty()) missing.emplace_back(zh ? "子网" : "a subnet");
  if (spec.charge_type.empty()) missing.emplace_back(zh ? "计费方式" : "a charge type");
  if (!missing.empty()) {
    const std::string what = say_list(missing, 5, scene.user.language);
    return refuse(
        Errc::invalid_argument, scene.user.language,
        fmt::format("建节点池还缺{}。可以说照着哪个节点池建。", what),
        fmt::format("The new pool still needs {}. You can name a pool to copy it from.", what));
  }
  const bool fits = 0 <= spec.minimum && spec.minimum <= spec.desired &&
                    spec.desired <= spec.maximum && spec.maximum <= kMostNodes;
  if (!fits) {
    return refuse(
        Errc::invalid_argument, scene.user.language,
        fmt::format("数量对不上：最少 {} 台，要 {} 台，最多 {} 台；上限是 {} 台。", spec.minimum,
                    spec.desired, spec.maximum, kMostNodes),
        fmt::format("The numbers do not fit: at least {}, wanted {}, at most {} (no more than {}).",
                    spec.minimum, spec.desired, spec.maximum, kMostNodes));
  }
  return {};
}

Result<> check_name(const Scene& scene, std::string_view name) {
  const bool good = !name.empty() && count_characters(name) <= 60 && is_valid_utf8(name) &&
                    std::ranges::none_of(name, [](char c) {
                      return is_ascii(c) && !is_alnum(c) && !is_one_of(c, "-_.");
                    });
  if (good) return {};
  return refuse(Errc::invalid_argument, scene.user.language,
                "节点池的名字要一到六十个字，不能有空格和特殊符号。",
                "A pool's name has 1 to 60 letters, digits, '-', '_' or '.'.");
}

std::string say_spec(const Scene& scene, const NodePoolSpec& spec, const std::string& like) {
  const Language language = scene.user.language;
  const std::string place = say_place(scene, "");
  const std::string nodes = say_nodes(spec.desired, language);
  const bool hourly = spec.charge_type == "POSTPAID_BY_HOUR";
  if (is_chinese(scene)) {
    std::string out = fmt::format("准备在 {} 新建节点池 {}，机型 {}，{}", place, spec.name,
                                  spec.instance_type, nodes);
    out += spec.autoscaling ? fmt::format("，自动伸缩{}到{}。", say_nodes(spec.minimum, language),
                                          say_nodes(spec.maximum, language))
                            : "，不自动伸缩。";
    if (!like.empty()) out += fmt::format("其它照着 {}。", like);
    return out + (hourly ? "建好就按小时计费。" : "建好就开始计费。");
  }
  std::string out = fmt::format("About to create node pool {} {}: {}, {}", spec.name, place,
                                spec.instance_type, nodes);
  out += spec.autoscaling
             ? fmt::format(", scaling by itself from {} to {}.", spec.minimum, spec.maximum)
             : ", not scaling by itself.";
  if (!like.empty()) out += fmt::format(" The rest is as in {}.", like);
  return out + (hourly ? " It is billed by the hour from then on." : " It is billed from then on.");
}

std::string say_resize(const Scene& scene, const NodePool& pool, std::int64_t desired) {
  const Language language = scene.user.language;
  const std::string from = say_nodes(pool.desired, language);
  const std::string to = say_nodes(desired, language);
  return is_chinese(scene) ? fmt::format("节点池 {} 从{}改成{}", pool.name, from, to)
                           : fmt::format("node pool {} from {} to {}", pool.name, from, to);
}

std::string say_resize_effect(const Scene& scene, const NodePool& pool, std::int64_t desired) {
  const Language language = scene.user.language;
  const bool zh = is_chinese(scene);
  std::string out;
  const auto add = [&](std::string sentence) { out += (zh ? "" : " ") + std::move(sentence); };
  const std::string difference = say_nodes(std::abs(desired - pool.desired), language);
  const std::string types = say_list(pool.instance_types, 2, language);
  if (desired < pool.desired) {
    add(zh ? fmt::format("会下线{}机器，上面的副本会被赶到别的节点。", difference)
           : fmt::format("{} will go away; the pods there move elsewhere.", difference));
  } else {
    // Pools of regular machines do not tell their types.
    const std::string which =
        types.empty() ? "" : fmt::format(fmt::runtime(zh ? "是 {}，" : " of {}"), types);
    add(zh ? fmt::format("加的{}{}开机就计费。", difference, which)
           : fmt::format("This adds {}{}, billed from then on.", difference, which));
  }
  if (desired < pool.minimum || desired > pool.maximum) {
    const bool low = desired < pool.minimum;
    const std::string bound = say_nodes(low ? pool.minimum : pool.maximum, language);
    add(zh ? fmt::format("现在{}{}，会一起改成{}。", low ? "最少" : "最多", bound,
                         say_nodes(desired, language))
           : fmt::format("The {} of {} is moved to {} as well.", low ? "minimum" : "maximum", bound,
                         say_nodes(desired, language)));
  }
  if (pool.autoscaling) {
    add(zh ? "它开着自动伸缩，过后可能又被改掉。" : "Its autoscaling may change that again.");
  }
  return out;
}

Async<Result<std::vector<NodePool>>> read_pools(Scene scene) {
  co_return co_await scene.cloud->pools(scene.cluster.region, scene.cluster.id);
}

std::string fingerprint_of(ChangePorts ports, const NodePool& pool) {
  return object_fingerprint(ports.fingerprints, pool_object(pool));
}

}  // namespace

Result<Label> parse_label(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || trim(text.substr(0, equals)).empty()) {
    return fail(Errc::invalid_argument, fmt::format("labels: \"{}\" is no label; write name=value",
                                                    shorten_bytes(text, 60)));
  }
  return Label{.name = std::string(trim(text.substr(0, equals))),
               .value = std::string(trim(text.substr(equals + 1)))};
}

Result<Taint> parse_taint(std::string_view text) {
  static constexpr std::array<std::string_view, 3> kEffects{"NoSchedule", "PreferNoSchedule",
                                                            "NoExecute"};
  const auto colon = text.rfind(':');
  const std::string_view effect =
      colon == std::string_view::npos ? std::string_view{} : trim(text.substr(colon + 1));
  const std::string_view pair = text.substr(0, colon);
  const auto equals = pair.find('=');
  const std::string_view key = trim(pair.substr(0, equals));
  if (key.empty() || std::ranges::find(kEffects, effect) == kEffects.end()) {
    return fail(Errc::invalid_argument,
                fmt::format("taints: \"{}\" is no taint; write key=value:NoSchedule (or "
                            "PreferNoSchedule, NoExecute)",
                            shorten_bytes(text, 60)));
  }
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view{} : trim(pair.substr(equals + 1));
  return Taint{.key = std::string(key), .value = std::string(value), .effect = std::string(effect)};
}

ObjectRef pool_ref(const NodePool& pool) {
  return {.api_version = std::string(kApiVersion), .kind = "NodePool", .ns = "", .name = pool.id};
}

Json pool_object(const NodePool& pool) {
  return {{"apiVersion", kApiVersion},
          {"kind", "NodePool"},
          {"metadata", {{"name", pool.id}}},
          {"spec",
           {{"name", pool.name},
            {"desired", pool.desired},
            {"min", pool.minimum},
            {"max", pool.maximum},
            {"autoscaling", pool.autoscaling}}}};
}

Async<Result<std::optional<NodePool>>> find_pool(Scene scene, std::string id) {
  auto pools = co_await read_pools(scene);
  if (!pools) co_return fail(std::move(pools).error());
  const auto it = std::ranges::find(*pools, id, &NodePool::id);
  co_return it == pools->end() ? std::nullopt : std::optional(*it);
}

namespace {

struct Model {
  NodePoolSpec spec;
  std::string like;  // name of the pool that it is taken from; may be empty
};

// The first pool that tells all that is not said; some kinds of pools do not tell everything.
Async<Result<Model>> choose_model(Scene scene, std::vector<NodePool> models, PoolWish wish) {
  Model own{.spec = blend({}, wish), .like = {}};
  auto complete = check_complete(scene, own.spec);
  if (models.empty() && complete) co_return own;
  for (const auto& pool : models) {
    auto settings = co_await scene.cloud->pool_settings(scene.cluster.region, pool);
    if (!settings) co_return fail(std::move(settings).error());
    Model model{.spec = blend(std::move(*settings), wish), .like = pool.name};
    complete = check_complete(scene, model.spec);
    if (complete) co_return model;
  }
  co_return fail(complete.error());
}

}  // namespace

Async<Result<Planned>> plan_new_pool(ChangePorts ports, Scene scene, PoolWish wish) {
  if (auto ok = check_name(scene, wish.name); !ok) co_return fail(ok.error());
  auto pools = co_await read_pools(scene);
  if (!pools) co_return fail(std::move(pools).error());
  if (find(*pools, wish.name) != nullptr) {
    co_return refuse(Errc::conflict, scene.user.language,
                     fmt::format("已经有叫 {} 的节点池了。", wish.name),
                     fmt::format("There is a node pool called {} already.", wish.name));
  }
  std::vector<NodePool> models;  // to take over from
  if (!wish.like.empty()) {
    auto like = choose_pool(scene, wish.like, *pools);
    if (!like) co_return fail(std::move(like).error());
    models.push_back(std::move(*like));
  } else {
    std::ranges::copy_if(*pools, std::back_inserter(models), is_usable);
  }
  auto chosen = co_await choose_model(scene, std::move(models), wish);
  if (!chosen) co_return fail(std::move(chosen).error());
  const auto& [spec, like] = *chosen;
  const Json fields = spec_json(spec);
  const Json arguments{
      {"region", scene.cluster.region}, {"cluster", scene.cluster.id}, {"spec", fields}};
  co_return ChangePlan{.action = "create_node_pool",
                       .target = scene.cluster.id + "/NodePool/" + spec.name,
                       .version = "absent",
                       .ns = "",
                       .before = "",
                       .arguments = arguments,
                       .details = arguments,
                       .summary = without_gaps(scene, say_spec(scene, spec, like)),
                       .preview = {{"pool", fields}, {"like", like}}};
}

Async<Result<ChangeResult>> execute_new_pool(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  const NodePoolSpec spec = spec_from_json(object_or_empty(approved.arguments, "spec"));
  if (auto ok = check_complete(scene, spec); !ok) co_return fail(ok.error());
  auto pools = co_await read_pools(scene);
  if (!pools) co_return fail(std::move(pools).error());
  if (find(*pools, spec.name) != nullptr) {
    co_return refuse(Errc::conflict, scene.user.language,
                     fmt::format("节点池 {} 已经有了，没有再建。", spec.name),
                     fmt::format("There is a node pool {} by now; no other was made.", spec.name));
  }
  const std::string what = (is_chinese(scene) ? "新建节点池 " : "create node pool ") + spec.name;
  NodePool pool{.name = spec.name};
  // Its id is not known yet: until it is, the name stands for it.
  pool.id = spec.name;
  auto kept = co_await keep_checkpoint(ports, scene, approved, what,
                                       {{.object = pool_ref(pool), .before = {}, .after = {}}});
  if (!kept) co_return fail(std::move(kept).error());
  auto id = co_await scene.cloud->create_pool(scene.cluster.region, scene.cluster, spec);
  if (!id) co_return write_failed(scene, "", what, std::move(id).error());
  ChangeResult result;
  pool = {.id = *id,
          .name = spec.name,
          .autoscaling = spec.autoscaling,
          .minimum = spec.minimum,
          .maximum = spec.maximum,
          .desired = spec.desired};
  result.after = fingerprint_of(ports, pool);
  kept->objects.front().object = pool_ref(pool);
  kept->objects.front().after = result.after;
  co_await note_after(ports, *kept);
  result.data = {{"pool", *id}, {"name", spec.name}, {"number", kept->number}};
  const std::string nodes = say_nodes(spec.desired, language);
  result.speech =
      is_chinese(scene)
          ? fmt::format("节点池 {} 开始建了，{}机器要几分钟才加进来。", spec.name, nodes)
          : fmt::format("Node pool {} is being made; its {} join within minutes. ", spec.name,
                        nodes);
  result.speech += say_how_to_undo(language);
  co_return result;
}

Async<Result<Planned>> plan_resize(ChangePorts ports, Scene scene, std::string pool,
                                   std::int64_t desired) {
  if (desired < 0 || desired > kMostNodes) {
    co_return refuse(Errc::invalid_argument, scene.user.language,
                     fmt::format("台数要在零到 {} 之间。", kMostNodes),
                     fmt::format("The number of nodes must be 0 to {}.", kMostNodes));
  }
  auto pools = co_await read_pools(scene);
  if (!pools) co_return fail(std::move(pools).error());
  const auto found = choose_pool(scene, pool, *pools);
  if (!found) co_return fail(found.error());
  if (!is_usable(*found)) {
    co_return refuse(
        Errc::invalid_argument, scene.user.language,
        fmt::format("{} 不是普通或原生节点池，台数不能这样改。", found->name),
        fmt::format("{} is neither a regular nor a native pool; its size cannot be set.",
                    found->name));
  }
  const Language language = scene.user.language;
  if (found->desired == desired) {
    co_return NothingToDo{without_gaps(
        scene, is_chinese(scene) ? fmt::format("节点池 {} 已经是{}了，不用改。", found->name,
                                               say_nodes(desired, language))
                                 : fmt::format("Node pool {} has {} already.", found->name,
                                               say_nodes(desired, language)))};
  }
  const bool move_bounds = desired < found->minimum || desired > found->maximum;
  const std::string place = say_place(scene, "");
  const std::string change = say_resize(scene, *found, desired);
  const std::string fingerprint = fingerprint_of(ports, *found);
  const Json arguments{{"region", scene.cluster.region},
                       {"cluster", scene.cluster.id},
                       {"pool", found->id},
                       {"desired", desired},
                       {"move_bounds", move_bounds}};
  co_return ChangePlan{
      .action = "resize_node_pool",
      .target = scene.cluster.id + "/NodePool/" + found->id,
      .version = fingerprint,
      .ns = "",
      .before = fingerprint,
      .arguments = arguments,
      .details = arguments,
      .summary = without_gaps(
          scene, (is_chinese(scene) ? fmt::format("准备把 {}的{}。", place, change)
                                    : fmt::format("About to resize {} {}.", change, place)) +
                     say_resize_effect(scene, *found, desired)),
      .preview = {{"pool", found->id},
                  {"name", found->name},
                  {"from", found->desired},
                  {"to", desired},
                  {"min", found->minimum},
                  {"max", found->maximum},
                  {"move_bounds", move_bounds},
                  {"autoscaling", found->autoscaling},
                  {"instance_types", found->instance_types}}};
}

Async<Result<ChangeResult>> execute_resize(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  const std::int64_t desired = integer_or(approved.arguments, "desired", -1);
  const std::string id = string_or(approved.arguments, "pool");
  auto found = co_await find_pool(scene, id);
  if (!found) co_return fail(std::move(found).error());
  if (!*found) {
    co_return refuse(Errc::not_found, scene.user.language,
                     fmt::format("节点池 {} 已经没有了。", id),
                     fmt::format("Node pool {} is gone.", id));
  }
  NodePool pool = std::move(**found);
  ChangeResult result;
  std::string_view undo;
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  if (*earlier && pool.desired == desired) {
    result.after = fingerprint_of(ports, pool);
    result.data["number"] = (*earlier)->number;
    co_await note_late(ports, **earlier, result.after);
    undo = say_how_to_undo(language);
  }
  if (pool.desired != desired) {
    if (fingerprint_of(ports, pool) != approved.version) {
      co_return changed_meanwhile(pool.name, language);
    }
    auto kept = co_await keep_checkpoint(
        ports, scene, approved, say_resize(scene, pool, desired),
        {{.object = pool_ref(pool), .before = pool_object(pool), .after = {}}});
    if (!kept) co_return fail(std::move(kept).error());
    const bool move_bounds = bool_or(approved.arguments, "move_bounds");
    auto resized =
        co_await scene.cloud->resize_pool(scene.cluster.region, pool, desired, move_bounds);
    if (!resized)
      co_return write_failed(scene, "", say_resize(scene, pool, desired), resized.error());
    // What stands there now, for it also has the bounds that were moved.
    auto left = co_await find_pool(scene, id);
    if (left && *left) result.after = fingerprint_of(ports, **left);
    kept->objects.front().after = result.after;
    co_await note_after(ports, *kept);
    result.data["number"] = kept->number;
    undo = say_how_to_undo(language);
  }
  result.data["pool"] = id;
  result.data["desired"] = desired;
  const std::string nodes = say_nodes(desired, language);
  result.speech =
      is_chinese(scene)
          ? fmt::format("节点池 {} 改成{}了，机器要几分钟才到位。", pool.name, nodes)
          : fmt::format("Node pool {} is set to {}; that takes some minutes.", pool.name, nodes);
  if (!undo.empty() && !is_chinese(scene)) result.speech += " ";
  result.speech += undo;
  co_return result;
}

}  // namespace mtc::clusters
