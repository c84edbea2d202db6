// Reading Kubernetes objects: short ways to what stands deep inside them. Nothing here fails: what
// is absent or of another type reads as empty.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace mtc::emulator::kubernetes {

using Path = std::initializer_list<std::string_view>;

// The value at that path, or null. The reference lives as long as the object.
const Json& dig(const Json& object, Path path);
const Json& member_at(const Json& object, std::string_view dotted);  // "spec.nodeName"
std::string text_at(const Json& object, Path path, std::string_view fallback = {});
std::int64_t integer_at(const Json& object, Path path, std::int64_t fallback = 0);
bool bool_at(const Json& object, Path path, bool fallback = false);
std::optional<TimePoint> time_at(const Json& object, Path path);

// The object at that path, made where it is missing.
Json& member(Json& object, Path path);

std::string name_of(const Json& object);
std::string namespace_of(const Json& object);
std::string uid_of(const Json& object);
bool is_deleted(const Json& object);  // has a deletionTimestamp
std::string annotation_of(const Json& object, std::string_view key);
std::string label_of(const Json& object, std::string_view key);

// The owner that manages the object (ownerReferences with controller: true), or null.
const Json& controller_of(const Json& object);
Json controller_reference(const Json& owner);

// metav1.LabelSelector against labels. An empty selector matches everything, null nothing, as
// does a broken one.
bool selector_matches(const Json& selector, const Json& labels);
// The plain map of a Service or ReplicationController; empty matches nothing.
bool map_selector_matches(const Json& selector, const Json& labels);

// The entry of status.conditions, or null.
const Json& condition_of(const Json& object, std::string_view type);
bool condition_is(const Json& object, std::string_view type, std::string_view status);
// Sets or replaces the condition; lastTransitionTime moves only when the status does.
void set_condition(Json& object, Json condition, TimePoint now);

// 32 bits of FNV-1a, and the alphabet Kubernetes writes hashes and random suffixes in.
std::uint32_t fnv32(std::string_view text);
std::string safe_encode(std::string_view digits);
std::string hash_text(const Json& value);  // of a pod template: "6d4b75cb6d"-like

}  // namespace mtc::emulator::kubernetes
