// What is not as it was when the release last was well.
#include <algorithm>

#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/rollback/finding_parts.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kMostRead = 40;  // objects of a release

std::string short_name_of(const clusters::ObjectRef& ref) {
  return ref.kind + "/" + ref.name;
}

}  // namespace

Async<> find_changes(clusters::Scene scene, const Sight& sight,
                     const std::vector<clusters::GoodState>& good, Findings& findings) {
  const clusters::ObjectRef own = clusters::ref_of(sight.workload);
  for (const clusters::GoodState& state : good) {
    const Json* before = clusters::find_object(state.objects, own);
    if (before == nullptr || clusters::content_of(*before) == clusters::content_of(sight.workload))
      continue;
    findings.has_previous_version = true;
  }
  const clusters::GoodState* newest = good.empty() ? nullptr : &good.front();

  const std::vector<clusters::ObjectRef> configs = clusters::configs_of(sight.workload);
  for (const clusters::ObjectRef& ref : configs) {
    auto live = co_await clusters::read_if_there(scene, ref);
    if (!live) continue;
    if (live->is_null()) {
      findings.missing_configs.push_back(short_name_of(ref));
      continue;
    }
    const Json* before = newest == nullptr ? nullptr : clusters::find_object(newest->objects, ref);
    if (before != nullptr && clusters::content_of(*before) != clusters::content_of(*live)) {
      findings.changed_configs.push_back(short_name_of(ref));
    }
  }
  if (newest == nullptr) co_return;
  const Json* well = clusters::find_object(newest->objects, own);
  findings.as_when_well = well != nullptr && findings.changed_configs.empty() &&
                          findings.missing_configs.empty() &&
                          clusters::content_of(*well) == clusters::content_of(sight.workload);
  // Its configuration can be put back with its version, so that too makes one to go back to.
  if (!findings.changed_configs.empty()) findings.has_previous_version = true;

  std::size_t read = 0;
  for (const Json& before : newest->objects) {
    clusters::ObjectRef ref = clusters::ref_of(before);
    if (ref.ns.empty()) ref.ns = own.ns;
    const bool own_part = ref == own || std::ranges::find(configs, ref) != configs.end();
    if (own_part || ++read > kMostRead) continue;
    auto live = co_await clusters::read_if_there(scene, ref);
    if (live && (live->is_null() || clusters::content_of(before) != clusters::content_of(*live))) {
      findings.release_changed = true;
      co_return;
    }
  }
}

}  // namespace mtc::rollback
