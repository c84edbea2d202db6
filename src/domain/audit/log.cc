#include "domain/audit/log.h"

#include "base/zone.h"

namespace mtc::audit {

std::string_view name_of(Event event) {
  switch (event) {
    case Event::planned:
      return "planned";
    case Event::refused:
      return "refused";
    case Event::wrong_code:
      return "wrong_code";
    case Event::confirmed:
      return "confirmed";
    case Event::cancelled:
      return "cancelled";
    case Event::begun:
      return "begun";
    case Event::done:
      return "done";
    case Event::failed:
      return "failed";
    case Event::undone:
      return "undone";
  }
  return "";
}

std::optional<Event> parse_event(std::string_view name) {
  for (const Event event :
       {Event::planned, Event::refused, Event::wrong_code, Event::confirmed, Event::cancelled,
        Event::begun, Event::done, Event::failed, Event::undone}) {
    if (name == name_of(event)) return event;
  }
  return std::nullopt;
}

Json to_json(const Row& row) {
  const auto& entry = row.entry;
  return {{"number", row.number},     {"time", format_iso_utc(entry.time)},
          {"actor", entry.actor},     {"trust", entry.assurance},
          {"channel", entry.channel}, {"event", name_of(entry.event)},
          {"action", entry.action},   {"target", entry.target},
          {"plan", entry.plan},       {"reason", entry.reason},
          {"before", entry.before},   {"after", entry.after},
          {"details", entry.details}, {"previous", row.previous},
          {"hash", row.hash}};
}

}  // namespace mtc::audit
