#include "emulator/action_table.h"

#include <algorithm>

namespace mtc::emulator {

void ActionTable::add(const Action& action) {
  entries_.push_back({.action = action, .members = parse_members(action.members, action.scope)});
}

void ActionTable::add_cls(std::string_view name, std::string_view members, Handler handler) {
  add({.service = "cls",
       .version = kClsVersion,
       .name = name,
       .members = members,
       .handler = handler});
}

bool ActionTable::knows(std::string_view name) const {
  return std::ranges::any_of(entries_, [&](const Entry& e) { return e.action.name == name; });
}

ApiResult<const ActionTable::Entry*> ActionTable::find(std::string_view service,
                                                       std::string_view version,
                                                       std::string_view name) const {
  const bool product =
      std::ranges::any_of(entries_, [&](const Entry& e) { return e.action.service == service; });
  // "127", "localhost", "[": what clients make of a loopback address.
  const bool loopback = service.empty() || service == "localhost" || service == "[" ||
                        (service[0] >= '0' && service[0] <= '9');
  if (!product && !loopback) return refuse("NoSuchProduct");
  bool version_known = false;
  for (const auto& entry : entries_) {
    if ((product && entry.action.service != service) || entry.action.version != version) continue;
    version_known = true;
    if (entry.action.name == name) return &entry;
  }
  if (!version_known) return refuse("NoSuchVersion");
  return refuse("InvalidAction",
                "The action `" + std::string(name.substr(0, 80)) + "` does not exist");
}

std::string members_of(const Json& object) {
  const auto text = dump_json(object);
  return text.substr(1, text.size() - 2);
}

Json list_or_none(const Call& call, const Json& document, std::string_view member) {
  const auto& list = array_or_empty(document, member);
  return list.empty() ? call.no_list() : list;
}

}  // namespace mtc::emulator
