// Follows k8s.io/apimachinery's strategicpatch, whose words these are: a patch changes an original.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/patches.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kDirective = "$patch";
constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kDeleteFrom = "$deleteFromPrimitiveList/";
constexpr std::string_view kOrder = "$setElementOrder/";

Refusal bad_order() {
  return bad_request(
      "invalid patch format of primitive list or of setElementOrder list: the items of the patch "
      "are not those of $setElementOrder");
}
Refusal unknown_directive(const Json& directive) {
  return Refusal(
      Status{.code = 422,
             .reason = "Invalid",
             .message = fmt::format("unknown patch type found: {}", dump_json(directive)),
             .details = Json::object()});
}
Refusal no_merge_key(const Json& item, std::string_view key) {
  return Refusal(Status{.code = 500,
                        .reason = "InternalError",
                        .message = fmt::format("map: {} does not contain declared merge key: {}",
                                               dump_json(item), key)});
}

bool is_directive(std::string_view key) {
  return key == kDirective || key == kRetainKeys || key.starts_with(kDeleteFrom) ||
         key.starts_with(kOrder);
}

// What a patch adds where nothing was: without its nulls and directives.
Json without_directives(const Json& patch) {
  if (patch.is_array()) {
    auto out = Json::array();
    for (const auto& item : patch) {
      if (item.is_object() && item.contains(kDirective)) continue;  // deletes what is not there
      out.push_back(without_directives(item));
    }
    return out;
  }
  if (!patch.is_object()) return patch;
  auto out = Json::object();
  for (const auto& [key, value] : patch.items())
    if (!value.is_null() && !is_directive(key)) out[key] = without_directives(value);
  return out;
}

KubeResult<> merge_object(Json& original, const Json& patch, const TypeSchema& schema);

// Lists whose items have no schema of their own share the list's node: its members are theirs.
Json::iterator find_item(Json& list, std::string_view key, const Json& value) {
  return std::ranges::find_if(list, [&](const Json& item) {
    const auto found = item.is_object() ? item.find(key) : item.end();
    return item.is_object() && found != item.end() && *found == value;
  });
}

KubeResult<> merge_item(Json& list, const Json& item, const TypeSchema& schema) {
  const auto& key = schema.patch_key;
  if (!item.is_object() || !item.contains(key)) return no_merge_key(item, key);
  const auto directive = item.find(kDirective);
  auto found = find_item(list, key, item[key]);
  if (directive != item.end() && *directive == "delete") {
    while (found != list.end()) {
      list.erase(found);
      found = find_item(list, key, item[key]);
    }
    return {};
  }
  if (directive != item.end() && *directive == "replace") {
    auto replacement = item;
    replacement.erase(std::string(kDirective));
    if (found == list.end()) {
      list.push_back(std::move(replacement));
    } else {
      *found = std::move(replacement);
    }
    return {};
  }
  if (directive != item.end() && *directive != "merge") return unknown_directive(*directive);
  if (found != list.end()) return merge_object(*found, item, schema);
  list.push_back(without_directives(item));
  return {};
}

KubeResult<> merge_list(Json& original, const Json& patch, const TypeSchema& schema) {
  if (schema.patch_merges_set) {
    for (const auto& item : patch)
      if (std::ranges::find(original, item) == original.end()) original.push_back(item);
    return {};
  }
  // {"$patch": "replace"} as an item of its own: the other items are all there shall be.
  const auto replaces = [](const Json& item) {
    return item.is_object() && item.size() == 1 && item.contains(kDirective) &&
           item[std::string(kDirective)] == "replace";
  };
  if (std::ranges::any_of(patch, replaces)) {
    original = Json::array();
    for (const auto& item : patch)
      if (!replaces(item)) original.push_back(without_directives(item));
    return {};
  }
  for (const auto& item : patch)
    if (auto merged = merge_item(original, item, schema); !merged) return merged;
  return {};
}

bool merges(const TypeSchema& list) {
  return list.patch_merges_set || !list.patch_key.empty();
}

// Where an item stands in a list, told by its key; -1: not there.
std::ptrdiff_t position(const Json& list, const Json& item, const TypeSchema& schema) {
  const auto same = [&](const Json& other) {
    if (schema.patch_key.empty()) return other == item;
    return item.is_object() && other.is_object() &&
           item.value(schema.patch_key, Json()) == other.value(schema.patch_key, Json());
  };
  const auto found = std::ranges::find_if(list, same);
  return found == list.end() ? -1 : found - list.begin();
}

Json sorted_by(Json items, const Json& order, const TypeSchema& schema) {
  std::vector<std::pair<std::ptrdiff_t, Json>> placed;
  for (auto& item : items) {
    const auto at = position(order, item, schema);
    placed.emplace_back(at, std::move(item));
  }
  std::ranges::sort(placed, {}, [](const auto& one) { return one.first; });
  auto out = Json::array();
  for (auto& [at, item] : placed) out.push_back(std::move(item));
  return out;
}

// The items the patch orders stand in its order; the server's others keep their place among those
// that were there before.
Json in_order(const Json& merged, const Json& order, const Json& before, const TypeSchema& schema) {
  auto ordered = Json::array();
  auto others = Json::array();
  for (const auto& item : merged)
    (position(order, item, schema) >= 0 ? ordered : others).push_back(item);
  ordered = sorted_by(std::move(ordered), order, schema);
  others = sorted_by(std::move(others), before, schema);
  auto out = Json::array();
  for (std::size_t i = 0, j = 0; i < others.size() || j < ordered.size();) {
    bool take_other = j >= ordered.size();
    if (i < others.size() && j < ordered.size()) {
      const auto left = position(before, others[i], schema);
      const auto right = position(before, ordered[j], schema);
      take_other = left >= 0 && right >= 0 && left < right;
    }
    out.push_back(take_other ? others[i++] : ordered[j++]);
  }
  return out;
}

// $setElementOrder/x, with the changes of x if the patch has any.
KubeResult<> merge_ordered(Json& original, std::string_view name, const Json& order,
                           const Json& patch, const TypeSchema& schema) {
  const auto& list = schema.member(name);
  if (!order.is_array() || !merges(list)) return bad_order();
  const auto changes = patch.find(name);
  const auto have = original.find(name);
  if (changes != patch.end() && changes->is_null()) {
    original.erase(std::string(name));
    return {};
  }
  if (have == original.end() && changes == patch.end()) return {};
  if (have != original.end() && !have->is_array()) return bad_order();
  const auto before = have == original.end() ? Json::array() : *have;
  auto merged = before;
  if (changes != patch.end()) {
    if (!changes->is_array()) return bad_order();
    for (const auto& item : *changes) {
      const bool deletes = item.is_object() && item.contains(kDirective);
      if (!deletes && position(order, item, list) < 0) return bad_order();
    }
    if (auto ok = merge_list(merged, *changes, list); !ok) return ok;
  }
  original[std::string(name)] = in_order(merged, order, before, list);
  return {};
}

KubeResult<> retain_keys(Json& original, const Json& patch) {
  const auto keys = patch.find(kRetainKeys);
  if (keys == patch.end()) return {};
  const auto malformed = [] {
    return bad_request(
        "invalid patch format of retainKeys: it must name every member of the patch");
  };
  if (!keys->is_array()) return malformed();
  const auto named = [&](std::string_view key) {
    return std::ranges::any_of(*keys, [&](const Json& one) { return one == key; });
  };
  for (const auto& [key, value] : patch.items())
    if (!is_directive(key) && !value.is_null() && !named(key)) return malformed();
  for (auto member = original.begin(); member != original.end();)
    member = named(member.key()) ? std::next(member) : original.erase(member);
  return {};
}

KubeResult<> delete_from_list(Json& original, std::string_view name, const Json& gone) {
  if (!gone.is_array()) return bad_request("invalid patch format of primitive list");
  const auto list = original.find(name);
  if (list == original.end() || !list->is_array()) return {};
  auto kept = Json::array();
  for (const auto& item : *list)
    if (std::ranges::find(gone, item) == gone.end()) kept.push_back(item);
  *list = std::move(kept);
  return {};
}

KubeResult<> merge_member(Json& original, const std::string& key, const Json& value,
                          const TypeSchema& schema) {
  if (value.is_null()) {
    original.erase(key);
    return {};
  }
  const auto have = original.find(key);
  const auto& type = schema.member(key);
  if (have == original.end() || have->type() != value.type()) {
    original[key] = without_directives(value);
    return {};
  }
  if (value.is_object()) return merge_object(*have, value, type);
  if (value.is_array() && merges(type)) return merge_list(*have, value, type);
  *have = value;
  return {};
}

KubeResult<> merge_object(Json& original, const Json& patch, const TypeSchema& schema) {
  if (const auto directive = patch.find(kDirective); directive != patch.end()) {
    if (*directive == "delete") {
      original = Json::object();
      return {};
    }
    if (*directive == "replace") {
      original = patch;
      original.erase(std::string(kDirective));
      return {};
    }
    if (*directive != "merge") return unknown_directive(*directive);
  }
  if (auto ok = retain_keys(original, patch); !ok) return ok;
  for (const auto& [key, value] : patch.items()) {
    if (!key.starts_with(kDeleteFrom)) continue;
    const auto name = std::string_view(key).substr(kDeleteFrom.size());
    if (auto ok = delete_from_list(original, name, value); !ok) return ok;
  }
  for (const auto& [key, value] : patch.items()) {
    if (!key.starts_with(kOrder)) continue;
    const auto name = std::string_view(key).substr(kOrder.size());
    if (auto ok = merge_ordered(original, name, value, patch, schema); !ok) return ok;
  }
  for (const auto& [key, value] : patch.items()) {
    if (is_directive(key) || patch.contains(std::string(kOrder) + key)) continue;
    if (auto ok = merge_member(original, key, value, schema); !ok) return ok;
  }
  return {};
}

}  // namespace

KubeResult<Json> strategic_merge_patch(Json object, const Json& patch, const TypeSchema& schema) {
  if (!patch.is_object()) return bad_request("a strategic merge patch must be a JSON object");
  if (auto ok = merge_object(object, patch, schema); !ok) return Refusal(ok.error());
  return object;
}

}  // namespace mtc::emulator::kubernetes
