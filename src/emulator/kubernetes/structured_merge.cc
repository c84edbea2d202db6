// The walks over objects behind field_set.h: after structured-merge-diff's typed package, whose
// left and right hand sides are here what is live and what is configured.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "emulator/kubernetes/field_set.h"

namespace mtc::emulator::kubernetes {
namespace {

bool merges_items(const TypeSchema& schema) {
  return schema.apply_set || !schema.apply_keys.empty();
}

Status untypable(std::string why) {
  return {.code = 500, .reason = "", .message = std::move(why)};
}

// How FieldsV1 names an item of a list that merges; nothing where it lacks a key.
std::optional<std::string> item_name(const Json& item, const TypeSchema& schema) {
  if (schema.apply_set)
    return item.is_structured() ? std::nullopt : std::optional("v:" + dump_json(item));
  if (!item.is_object()) return std::nullopt;
  auto key = Json::object();
  for (const auto& one : schema.apply_keys) {
    const auto found = item.find(one.name);
    const auto& value = found == item.end() || found->is_null() ? one.missing : *found;
    if (value.is_null()) return std::nullopt;
    key[one.name] = value;
  }
  return "k:" + dump_json(key);
}

struct Item {
  std::string name;
  const Json* value;
};

// Nothing where not every item has a name, or two have the same: then the list is one value.
std::optional<std::vector<Item>> items_of(const Json* list, const TypeSchema& schema) {
  std::vector<Item> out;
  if (!list || !list->is_array()) return out;
  for (const auto& value : *list) {
    auto name = item_name(value, schema);
    if (!name || std::ranges::find(out, *name, &Item::name) != out.end()) return std::nullopt;
    out.push_back({*std::move(name), &value});
  }
  return out;
}

const Json* find_named(const std::vector<Item>& items, const std::string& name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  return found == items.end() ? nullptr : found->value;
}

KubeResult<> collect(const Json& value, const TypeSchema& schema, const std::string& path,
                     FieldSet& out);

KubeResult<> collect_items(const Json& list, const TypeSchema& schema, const std::string& path,
                           FieldSet& out) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto name = item_name(list[i], schema);
    if (!name)
      return Refusal(untypable(fmt::format(
          "{}: element {}: associative list with keys has an element that omits key field \"{}\" "
          "(and doesn't have default value)",
          path, i, schema.apply_keys.empty() ? "" : schema.apply_keys.front().name)));
    if (out.children.contains(*name))
      return Refusal(
          untypable(fmt::format("{}: duplicate entries for key {}", path, name->substr(2))));
    auto& child = out.children[*name];
    if (!schema.apply_set)
      if (auto ok = collect(list[i], schema, fmt::format("{}[{}]", path, i), child); !ok) return ok;
    child.member = true;
  }
  return {};
}

KubeResult<> collect(const Json& value, const TypeSchema& schema, const std::string& path,
                     FieldSet& out) {
  if (value.is_array() && merges_items(schema)) return collect_items(value, schema, path, out);
  if (!value.is_object() || value.empty() || schema.apply_atomic) {
    out.member = true;
    return {};
  }
  for (const auto& [key, one] : value.items()) {
    FieldSet child;
    if (auto ok = collect(one, schema.member(key), fmt::format("{}.{}", path, key), child); !ok)
      return ok;
    if (!child.empty()) out.children["f:" + key] = std::move(child);
  }
  return {};
}

bool is_object_or_less(const Json* value) {
  return !value || value->is_null() || value->is_object();
}
bool is_list_or_less(const Json* value) {
  return !value || value->is_null() || value->is_array();
}
bool has_content(const Json* value) {
  return value && value->is_structured() && !value->empty();
}

const Json* find_member(const Json* object, const std::string& key) {
  if (!object || !object->is_object()) return nullptr;
  const auto found = object->find(key);
  return found == object->end() ? nullptr : &*found;
}

FieldSet leaf() {
  return {.member = true};
}

void put(FieldSet& into, const std::string& key, FieldSet child) {
  if (!child.empty()) into.children[key] = std::move(child);
}

FieldChanges compare(const Json* before, const Json* after, const TypeSchema& schema);

void compare_child(const std::string& key, const Json* before, const Json* after,
                   const TypeSchema& schema, FieldChanges& out) {
  auto changes = compare(before, after, schema);
  put(out.added, key, std::move(changes.added));
  put(out.modified, key, std::move(changes.modified));
  put(out.removed, key, std::move(changes.removed));
}

FieldChanges compare_leaf(const Json* before, const Json* after) {
  FieldChanges out;
  if (!before) {
    out.added = leaf();
  } else if (!after) {
    out.removed = leaf();
  } else if (*before != *after) {
    out.modified = leaf();
  }
  return out;
}

FieldChanges compare_members(const Json* before, const Json* after, const TypeSchema& schema) {
  FieldChanges out;
  if (before && before->is_object())
    for (const auto& [key, value] : before->items())
      compare_child("f:" + key, &value, find_member(after, key), schema.member(key), out);
  if (after && after->is_object())
    for (const auto& [key, value] : after->items())
      if (!find_member(before, key))
        compare_child("f:" + key, nullptr, &value, schema.member(key), out);
  return out;
}

FieldChanges compare_items(const std::vector<Item>& before, const std::vector<Item>& after,
                           const TypeSchema& schema) {
  FieldChanges out;
  for (const auto& item : before)
    compare_child(item.name, item.value, find_named(after, item.name), schema, out);
  for (const auto& item : after)
    if (!find_named(before, item.name)) compare_child(item.name, nullptr, item.value, schema, out);
  return out;
}

FieldChanges compare(const Json* before, const Json* after, const TypeSchema& schema) {
  if (!before && !after) return {};
  if (!has_content(before) && !has_content(after)) return compare_leaf(before, after);
  FieldChanges out;
  if (is_object_or_less(before) && is_object_or_less(after) && !schema.apply_atomic) {
    out = compare_members(before, after, schema);
  } else if (is_list_or_less(before) && is_list_or_less(after) && merges_items(schema)) {
    const auto old_items = items_of(before, schema);
    const auto new_items = items_of(after, schema);
    if (!old_items || !new_items) return compare_leaf(before, after);
    out = compare_items(*old_items, *new_items, schema);
  } else {
    return compare_leaf(before, after);
  }
  // A list's schema is its items' too, and those are never always there.
  const bool is_item = after && after->is_object() && merges_items(schema);
  if (!before) out.added.member = is_item || !schema.always_there;
  if (!after) out.removed.member = true;
  return out;
}

Json merge(const Json* live, const Json* config, const TypeSchema& schema);

Json merge_members(const Json& live, const Json& config, const TypeSchema& schema) {
  auto out = live;
  for (const auto& [key, value] : config.items())
    out[key] = merge(find_member(&live, key), &value, schema.member(key));
  return out;
}

// Items both have stand in config's order; those only live has keep their place between them.
Json merge_items(const std::vector<Item>& live, const std::vector<Item>& config,
                 const TypeSchema& schema) {
  std::vector<const Item*> shared;
  for (const auto& item : config)
    if (find_named(live, item.name)) shared.push_back(&item);
  std::size_t next_shared = 0;
  std::vector<const Item*> done;
  const auto is_done = [&](const std::string& name) {
    return std::ranges::find(done, name, &Item::name) != done.end();
  };
  auto out = Json::array();
  for (std::size_t l = 0, c = 0; l < live.size() || c < config.size();) {
    if (l < live.size() && c < config.size()) {
      const auto& name = live[l].name;
      if (name == config[c].name) {
        out.push_back(merge(live[l].value, config[c].value, schema));
        done.push_back(&config[c]);
        ++l, ++c, ++next_shared;
        continue;
      }
      if (find_named(config, name) && next_shared < shared.size() &&
          shared[next_shared]->name != name) {
        ++l;  // shared, but another one's turn
        continue;
      }
    }
    if (l < live.size()) {
      if (!find_named(config, live[l].name)) {
        out.push_back(*live[l].value);
        ++l;
        continue;
      }
      if (is_done(live[l].name)) ++l;
    }
    if (c < config.size()) {
      const auto* old = find_named(live, config[c].name);
      out.push_back(merge(old, config[c].value, schema));
      done.push_back(&config[c]);
      if (next_shared < shared.size() && shared[next_shared] == &config[c]) ++next_shared;
      ++c;
    }
  }
  return out;
}

Json merge(const Json* live, const Json* config, const TypeSchema& schema) {
  if (!config) return live ? *live : Json();
  if (!live) return *config;
  if (live->is_object() && config->is_object() && !schema.apply_atomic)
    return merge_members(*live, *config, schema);
  if (live->is_array() && config->is_array() && merges_items(schema)) {
    const auto old_items = items_of(live, schema);
    const auto new_items = items_of(config, schema);
    if (old_items && new_items) return merge_items(*old_items, *new_items, schema);
  }
  return *config;
}

const FieldSet* find_child(const FieldSet& set, const std::string& key) {
  const auto found = set.children.find(key);
  return found == set.children.end() || found->second.empty() ? nullptr : &found->second;
}

Json remove_from(const Json& value, const FieldSet& gone, const TypeSchema& schema) {
  if (value.is_object() && !schema.apply_atomic) {
    auto out = Json::object();
    for (const auto& [key, one] : value.items()) {
      const auto* child = find_child(gone, "f:" + key);
      if (child && child->member) continue;
      out[key] = child ? remove_from(one, *child, schema.member(key)) : one;
    }
    return out.empty() ? Json() : out;
  }
  if (value.is_array() && merges_items(schema)) {
    auto out = Json::array();
    for (const auto& one : value) {
      const auto name = item_name(one, schema);
      const auto* child = name ? find_child(gone, *name) : nullptr;
      if (child && child->member) continue;
      auto rest = child ? remove_from(one, *child, schema) : one;
      if (!rest.is_null()) out.push_back(std::move(rest));
    }
    return out.empty() ? Json() : out;
  }
  return value;
}

}  // namespace

KubeResult<FieldSet> fields_of(const Json& object, const TypeSchema& schema) {
  FieldSet out;
  if (auto ok = collect(object, schema, "", out); !ok) return Refusal(ok.error());
  out.member = false;
  return out;
}

FieldChanges compare_fields(const Json& before, const Json& after, const TypeSchema& schema) {
  static const Json kNothing = Json::object();
  auto out =
      compare(before.is_null() ? &kNothing : &before, after.is_null() ? &kNothing : &after, schema);
  out.added.member = out.modified.member = out.removed.member = false;
  return out;
}

Json merge_config(const Json& live, const Json& config, const TypeSchema& schema) {
  return merge(live.is_null() ? nullptr : &live, &config, schema);
}

Json remove_fields(const Json& object, const FieldSet& gone, const TypeSchema& schema) {
  auto out = remove_from(object, gone, schema);
  return out.is_null() ? Json::object() : out;
}

}  // namespace mtc::emulator::kubernetes
