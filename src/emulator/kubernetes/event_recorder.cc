#include "emulator/kubernetes/event_recorder.h"

#include <fmt/format.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr auto kKept = std::chrono::hours(1);

std::string key_of(const Json& involved, const Json& event) {
  return fmt::format("{}\n{}\n{}\n{}", string_or(involved, "uid"), string_or(event, "reason"),
                     string_or(involved, "fieldPath"), string_or(event, "message"));
}

}  // namespace

void EventRecorder::record(const Json& object, EventText text, TimePoint now) {
  if (now + kKept <= clock_.now()) return;
  const auto ns = namespace_of(object);
  Json involved{{"kind", string_or(object, "kind")},
                {"apiVersion", string_or(object, "apiVersion")},
                {"name", name_of(object)},
                {"uid", uid_of(object)},
                {"resourceVersion", text_at(object, {"metadata", "resourceVersion"})}};
  if (!ns.empty()) involved["namespace"] = ns;
  if (!text.field_path.empty()) involved["fieldPath"] = text.field_path;
  Json event{{"apiVersion", "v1"},
             {"kind", "Event"},
             {"involvedObject", involved},
             {"type", text.type},
             {"reason", text.reason},
             {"message", text.message},
             {"source", {{"component", text.component}}},
             {"firstTimestamp", api_time(now)},
             {"lastTimestamp", api_time(now)},
             {"count", 1},
             {"eventTime", nullptr},
             {"reportingComponent", text.component},
             {"reportingInstance", text.host}};
  if (!text.host.empty()) event["source"]["host"] = text.host;
  const auto key = key_of(involved, event);
  if (const auto seen = known_.find(key); seen != known_.end()) {
    const auto again =
        registry_.edit(known::events(), seen->second, now, Part::main, [&](Json& stored) {
          stored["count"] = integer_or(stored, "count") + 1;
          stored["lastTimestamp"] = api_time(now);
        });
    if (again) return;
    known_.erase(seen);
  }
  event["metadata"] = {
      {"namespace", ns.empty() ? "default" : ns},
      {"name", fmt::format("{}.{:x}{:08x}", name_of(object), now.time_since_epoch().count(),
                           static_cast<std::uint32_t>(registry_.store().version()))}};
  const auto stored = registry_.create(known::events(), std::move(event), {.now = now});
  if (!stored) return;  // its namespace is ending
  known_[key] = (*stored)->id();
  agenda_.add_at(now + kKept, known::events(), (*stored)->id());
}

void EventRecorder::expire(const ObjectId& id, TimePoint now) {
  const auto found = registry_.store().find(known::events(), id);
  if (!found) return;
  const auto& event = found->value();
  const auto last = time_at(event, {"lastTimestamp"});
  if (last && *last + kKept > now) {
    agenda_.add_at(*last + kKept, known::events(), id);
    return;
  }
  known_.erase(key_of(event["involvedObject"], event));
  registry_.erase(known::events(), id, now);
}

}  // namespace mtc::emulator::kubernetes
