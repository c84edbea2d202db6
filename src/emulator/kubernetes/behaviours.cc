#include "emulator/kubernetes/behaviours.h"

#include <algorithm>
#include <ranges>

#include "base/encoding.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

void add_use(std::vector<ConfigUse>& uses, std::string kind, const Json& reference,
             std::string_view name_key) {
  if (!reference.is_object()) return;
  uses.push_back({std::move(kind), string_or(reference, name_key), string_or(reference, "key"),
                  bool_or(reference, "optional")});
}

bool mounts(const Json& container, const std::string& volume) {
  return std::ranges::any_of(array_or_empty(container, "volumeMounts"),
                             [&](const Json& mount) { return string_or(mount, "name") == volume; });
}

bool holds(const BehaviourRule& rule, const Json& pod, const Json& container,
           const ObjectStore& store) {
  if (!glob_matches(rule.image, text_at(container, {"image"}))) return false;
  if (rule.config_kind.empty()) return true;
  const auto uses = config_uses(pod, container);
  const bool used = std::ranges::any_of(uses, [&](const ConfigUse& use) {
    return use.kind == rule.config_kind && use.name == rule.config_name;
  });
  if (!used) return false;
  const bool secret = rule.config_kind == "Secret";
  const auto config = store.find(secret ? known::secrets() : known::config_maps(),
                                 {namespace_of(pod), rule.config_name});
  if (!config) return false;
  auto text = text_at(config->value(), {"data", rule.key});
  if (secret) text = from_base64(text).value_or("");
  return text.contains(rule.contains);
}

}  // namespace

Behaviour good(Millis ready_after) {
  return {.ready_after = ready_after};
}
Behaviour slow_start(Millis ready_after) {
  return {.ready_after = ready_after, .first_lines = {"starting", "loading the catalogue"}};
}
Behaviour missing_image() {
  return {.image_exists = false};
}
Behaviour crashing(Millis after, std::vector<std::string> last_lines, int exit_code) {
  return {.ever_ready = after > Millis(2'000),
          .crashes_after = after,
          .exit_code = exit_code,
          .last_lines = std::move(last_lines)};
}
Behaviour never_ready() {
  return {.ever_ready = false};
}
Behaviour leaking(std::int64_t bytes_per_second) {
  return {.leak_bytes_per_second = bytes_per_second};
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<ConfigUse> config_uses(const Json& pod, const Json& container) {
  std::vector<ConfigUse> uses;
  for (const auto& variable : array_or_empty(container, "env")) {
    add_use(uses, "ConfigMap", dig(variable, {"valueFrom", "configMapKeyRef"}), "name");
    add_use(uses, "Secret", dig(variable, {"valueFrom", "secretKeyRef"}), "name");
  }
  for (const auto& source : array_or_empty(container, "envFrom")) {
    add_use(uses, "ConfigMap", dig(source, {"configMapRef"}), "name");
    add_use(uses, "Secret", dig(source, {"secretRef"}), "name");
  }
  for (const auto& volume : array_or_empty(dig(pod, {"spec"}), "volumes")) {
    if (!mounts(container, string_or(volume, "name"))) continue;
    add_use(uses, "ConfigMap", dig(volume, {"configMap"}), "name");
    add_use(uses, "Secret", dig(volume, {"secret"}), "secretName");
  }
  return uses;
}

std::shared_ptr<const Behaviour> Behaviours::of(const Json& pod, const Json& container,
                                                const ObjectStore& store) const {
  for (const auto& rule : std::views::reverse(rules_))
    if (holds(*rule, pod, container, store)) return {rule, &rule->behaviour};
  return otherwise_;
}

}  // namespace mtc::emulator::kubernetes
