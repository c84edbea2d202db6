#include "emulator/kubernetes/objects.h"

#include <fmt/format.h>

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/selectors.h"

namespace mtc::emulator::kubernetes {
namespace {

const Json kNull;

bool labels_match(const Json& wanted, const Json& labels) {
  for (const auto& [key, value] : wanted.items()) {
    if (!labels.is_object()) return false;
    const auto found = labels.find(key);
    if (found == labels.end() || *found != value) return false;
  }
  return true;
}

}  // namespace

const Json& dig(const Json& object, Path path) {
  const Json* at = &object;
  for (const auto key : path) {
    if (!at->is_object()) return kNull;
    const auto found = at->find(key);
    if (found == at->end()) return kNull;
    at = &*found;
  }
  return *at;
}

const Json& member_at(const Json& object, std::string_view dotted) {
  const Json* at = &object;
  for (const auto part : split(dotted, '.')) at = &dig(*at, {part});
  return *at;
}

std::string text_at(const Json& object, Path path, std::string_view fallback) {
  const auto& value = dig(object, path);
  return value.is_string() ? value.get<std::string>() : std::string(fallback);
}

std::int64_t integer_at(const Json& object, Path path, std::int64_t fallback) {
  const auto& value = dig(object, path);
  return value.is_number() ? value.get<std::int64_t>() : fallback;
}

bool bool_at(const Json& object, Path path, bool fallback) {
  const auto& value = dig(object, path);
  return value.is_boolean() ? value.get<bool>() : fallback;
}

std::optional<TimePoint> time_at(const Json& object, Path path) {
  const auto& value = dig(object, path);
  if (!value.is_string()) return std::nullopt;
  return read_api_time(value.get_ref<const std::string&>());
}

Json& member(Json& object, Path path) {
  Json* at = &object;
  for (const auto key : path) {
    if (!at->is_object()) *at = Json::object();
    auto& next = (*at)[std::string(key)];
    if (!next.is_object()) next = Json::object();
    at = &next;
  }
  return *at;
}

std::string name_of(const Json& object) {
  return text_at(object, {"metadata", "name"});
}
std::string namespace_of(const Json& object) {
  return text_at(object, {"metadata", "namespace"});
}
std::string uid_of(const Json& object) {
  return text_at(object, {"metadata", "uid"});
}
bool is_deleted(const Json& object) {
  return dig(object, {"metadata", "deletionTimestamp"}).is_string();
}
std::string annotation_of(const Json& object, std::string_view key) {
  return text_at(object, {"metadata", "annotations", key});
}
std::string label_of(const Json& object, std::string_view key) {
  return text_at(object, {"metadata", "labels", key});
}

const Json& controller_of(const Json& object) {
  for (const auto& owner : array_or_empty(object_or_empty(object, "metadata"), "ownerReferences")) {
    if (bool_or(owner, "controller")) return owner;
  }
  return kNull;
}

Json controller_reference(const Json& owner) {
  return {{"apiVersion", string_or(owner, "apiVersion")},
          {"kind", string_or(owner, "kind")},
          {"name", name_of(owner)},
          {"uid", uid_of(owner)},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

bool selector_matches(const Json& selector, const Json& labels) {
  const auto parsed = LabelSelector::from_json(selector);
  return parsed && parsed->matches_labels(labels);
}

bool map_selector_matches(const Json& selector, const Json& labels) {
  return selector.is_object() && !selector.empty() && labels_match(selector, labels);
}

const Json& condition_of(const Json& object, std::string_view type) {
  for (const auto& one : array_or_empty(object_or_empty(object, "status"), "conditions")) {
    if (text_at(one, {"type"}) == type) return one;
  }
  return kNull;
}

bool condition_is(const Json& object, std::string_view type, std::string_view status) {
  return text_at(condition_of(object, type), {"status"}) == status;
}

void set_condition(Json& object, Json condition, TimePoint now) {
  auto& conditions = member(object, {"status"})["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  for (auto& one : conditions) {
    if (one["type"] != condition["type"]) continue;
    condition["lastTransitionTime"] = one["status"] == condition["status"]
                                          ? one.value("lastTransitionTime", api_time(now))
                                          : api_time(now);
    one = std::move(condition);
    return;
  }
  condition["lastTransitionTime"] = api_time(now);
  conditions.push_back(std::move(condition));
}

std::uint32_t fnv32(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string safe_encode(std::string_view digits) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string out;
  for (const char c : digits) out += kAlphabet[static_cast<unsigned char>(c) % kAlphabet.size()];
  return out;
}

std::string hash_text(const Json& value) {
  return safe_encode(fmt::format("{}", fnv32(dump_json(value))));
}

}  // namespace mtc::emulator::kubernetes
