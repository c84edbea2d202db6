#include "emulator/kubernetes/field_set.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::emulator::kubernetes {
namespace {

void drop_empty(FieldSet& set) {
  std::erase_if(set.children, [](const auto& child) { return child.second.empty(); });
}

// "f:spec" is ".spec", `k:{"name":"x"}` is `[name="x"]`.
std::string path_part(const std::string& key) {
  if (key.starts_with("f:")) return "." + key.substr(2);
  const auto value = parse_json(std::string_view(key).substr(2));
  if (!value || !key.starts_with("k:") || !value->is_object())
    return key.starts_with("v:") ? fmt::format("[={}]", key.substr(2))
                                 : fmt::format("[{}]", key.substr(2));
  std::vector<std::string> parts;
  for (const auto& [name, one] : value->items())
    parts.push_back(fmt::format("{}={}", name, dump_json(one)));
  return fmt::format("[{}]", join(parts, ","));
}

void each_below(const FieldSet& set, const std::string& path,
                const std::function<void(const std::string&)>& visit) {
  for (const auto& [key, child] : set.children) {
    const auto here = path + path_part(key);
    if (child.member) visit(here);
    each_below(child, here, visit);
  }
}

}  // namespace

bool FieldSet::empty() const {
  if (member) return false;
  for (const auto& [key, child] : children)
    if (!child.empty()) return false;
  return true;
}

void FieldSet::insert(std::string_view dotted) {
  auto* at = this;
  for (const auto part : split(dotted, '.')) at = &at->children["f:" + std::string(part)];
  at->member = true;
}

void FieldSet::each_path(const std::function<void(const std::string&)>& visit) const {
  each_below(*this, "", visit);
}

Json to_fields_v1(const FieldSet& set) {
  auto out = Json::object();
  for (const auto& [key, child] : set.children) {
    if (child.empty()) continue;
    auto json = to_fields_v1(child);
    if (child.member && !json.empty()) json["."] = Json::object();
    out[key] = std::move(json);
  }
  return out;
}

FieldSet from_fields_v1(const Json& json) {
  FieldSet out;
  if (!json.is_object()) return out;
  for (const auto& [key, value] : json.items()) {
    if (key == "." || key.size() < 2 || key[1] != ':') continue;
    auto child = from_fields_v1(value);
    child.member = value.empty() || (value.is_object() && value.contains("."));
    out.children[key] = std::move(child);
  }
  return out;
}

FieldSet set_union(FieldSet a, const FieldSet& b) {
  a.member = a.member || b.member;
  for (const auto& [key, child] : b.children) {
    auto& mine = a.children[key];
    mine = set_union(std::move(mine), child);
  }
  return a;
}

FieldSet set_intersection(const FieldSet& a, const FieldSet& b) {
  FieldSet out{.member = a.member && b.member};
  for (const auto& [key, child] : a.children) {
    const auto other = b.children.find(key);
    if (other != b.children.end()) out.children[key] = set_intersection(child, other->second);
  }
  drop_empty(out);
  return out;
}

FieldSet set_difference(FieldSet a, const FieldSet& b) {
  a.member = a.member && !b.member;
  for (auto& [key, child] : a.children) {
    const auto other = b.children.find(key);
    if (other != b.children.end()) child = set_difference(std::move(child), other->second);
  }
  drop_empty(a);
  return a;
}

FieldSet recursive_difference(FieldSet a, const FieldSet& b) {
  for (auto& [key, child] : a.children) {
    const auto other = b.children.find(key);
    if (other == b.children.end()) continue;
    child =
        other->second.member ? FieldSet{} : recursive_difference(std::move(child), other->second);
  }
  drop_empty(a);
  return a;
}

FieldSet with_holders(FieldSet set) {
  for (auto& [key, child] : set.children) {
    if (key.starts_with("f:") && !child.children.empty()) child.member = true;
    child = with_holders(std::move(child));
  }
  return set;
}

}  // namespace mtc::emulator::kubernetes
