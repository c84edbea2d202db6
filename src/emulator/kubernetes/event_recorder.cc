#include "emulator/kubernetes/event_recorder.h"

#include <fmt/format.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr auto kKept = std::chrono::hours(1);

// The same thing again has the same name.
std::string name_for(const Json& object, const EventText& text) {
  const auto what =
      fmt::format("{}\n{}\n{}\n{}", uid_of(object), text.reason, text.field_path, text.message);
  return fmt::format("{}.{:08x}{:08x}", name_of(object), fnv32(what), fnv32("\n" + what));
}

}  // namespace

void EventRecorder::record(const Json& object, EventText text, TimePoint now) {
  if (now + kKept <= clock_.now()) return;
  const auto ns = namespace_of(object);
  const ObjectId id{ns.empty() ? "default" : ns, name_for(object, text)};
  const auto again = registry_.edit(known::events(), id, now, Part::main, [&](Json& stored) {
    stored["count"] = integer_or(stored, "count") + 1;
    stored["lastTimestamp"] = api_time(now);
  });
  if (again) return;
  Json involved{{"kind", string_or(object, "kind")},
                {"apiVersion", string_or(object, "apiVersion")},
                {"name", name_of(object)},
                {"uid", uid_of(object)},
                {"resourceVersion", text_at(object, {"metadata", "resourceVersion"})}};
  if (!ns.empty()) involved["namespace"] = ns;
  if (!text.field_path.empty()) involved["fieldPath"] = text.field_path;
  Json event{{"apiVersion", "v1"},
             {"kind", "Event"},
             {"metadata", {{"namespace", id.ns}, {"name", id.name}}},
             {"involvedObject", std::move(involved)},
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
  const auto stored = registry_.create(known::events(), std::move(event), {.now = now});
  if (!stored) return;  // its namespace is ending
  agenda_.add_at(now + kKept, known::events(), id);
}

void EventRecorder::expire(const ObjectId& id, TimePoint now) {
  const auto found = registry_.store().find(known::events(), id);
  if (!found) return;
  const auto last = time_at(found->value(), {"lastTimestamp"});
  if (last && *last + kKept > now) {
    agenda_.add_at(*last + kKept, known::events(), id);
    return;
  }
  registry_.erase(known::events(), id, now);
}

}  // namespace mtc::emulator::kubernetes
