#include "emulator/kubernetes/revisions.h"

#include <algorithm>

#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

std::int64_t number_of(const ObjectPtr& revision) {
  return integer_or(revision->value(), "revision");
}

}  // namespace

Revision current_revision(ControlPlane& plane, const Json& owner, const std::string& in_use) {
  const auto& kind = known::controller_revisions();
  auto content = dig(owner, {"spec", "template"});
  const auto hash = hash_text(content);
  content["$patch"] = "replace";
  const Json data{{"spec", {{"template", content}}}};
  const Revision out{name_of(owner) + "-" + hash, hash};
  auto all = plane.controlled(kind, owner);
  std::ranges::sort(all, {}, number_of);
  const auto newest = all.empty() ? 0 : number_of(all.back());
  const auto found = std::ranges::find_if(
      all, [&](const ObjectPtr& one) { return one->value().value("data", Json()) == data; });
  if (found != all.end()) {
    if (number_of(*found) != newest)
      (void)plane.registry.edit(kind, (*found)->id(), plane.now, Part::main,
                                [&](Json& object) { object["revision"] = newest + 1; });
    const auto& name = (*found)->id().name;
    return {name, label_of((*found)->value(), kRevisionLabel)};
  }
  auto labels = dig(owner, {"spec", "template", "metadata", "labels"});
  if (!labels.is_object()) labels = Json::object();
  labels[kRevisionLabel] = hash;
  Json annotations = object_or_empty(owner["metadata"], "annotations");
  Json object{{"apiVersion", "apps/v1"},
              {"kind", "ControllerRevision"},
              {"metadata",
               {{"name", out.name},
                {"namespace", namespace_of(owner)},
                {"labels", std::move(labels)},
                {"annotations", std::move(annotations)},
                {"ownerReferences", Json::array({controller_reference(owner)})}}},
              {"data", data},
              {"revision", newest + 1}};
  (void)plane.registry.create(kind, std::move(object), {.now = plane.now});
  const auto limit = static_cast<std::size_t>(
      std::max<std::int64_t>(integer_at(owner, {"spec", "revisionHistoryLimit"}, 10), 0));
  for (std::size_t i = 0; all.size() - i > limit && i < all.size(); ++i)
    if (all[i]->id().name != in_use) plane.registry.erase(kind, all[i]->id(), plane.now);
  return out;
}

Json template_of(const ControlPlane& plane, const Json& owner, const std::string& revision) {
  const auto found =
      plane.store.find(known::controller_revisions(), {namespace_of(owner), revision});
  if (!found) return nullptr;
  auto out = dig(found->value(), {"data", "spec", "template"});
  if (out.is_object()) out.erase("$patch");
  return out;
}

}  // namespace mtc::emulator::kubernetes
