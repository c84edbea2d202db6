#include "domain/rollback/hand_over.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kTitleCharacters = 60;

// In that person's language, if the alert is still there.
std::string title_for(const std::optional<alerts::Alert>& alert, const std::string& title,
                      Language language) {
  return alert ? alerts::spoken_name(*alert, language) : title;
}

}  // namespace

std::string say_needs_you(const std::string& title, const std::string& reason, Language language) {
  const std::string what = shorten_characters(sanitize_utf8(title), kTitleCharacters);
  if (language == Language::en) {
    return fmt::format("{} needs you to look at it. {}", what, reason);
  }
  return close_gaps(fmt::format("{}，需要你看一下。{}", what, reason));
}

Async<Result<bool>> hand_over(HandOverPorts ports, HandedOver what) {
  auto moved = co_await ports.alerts.move(what.incident, alerts::Handling::none,
                                          alerts::Handling::handed_over, ports.clock.now());
  if (!moved) co_return fail(std::move(moved).error());
  if (*moved == 0) co_return false;
  std::optional<alerts::Alert> alert;
  if (!what.alert_id.empty()) {
    const alerts::AlertChange change{.note = what.reason};
    auto noted = co_await ports.alerts.change(what.alert_id, change, ports.clock.now());
    if (noted) alert = std::move(*noted);
  }
  const auto people = co_await ports.people.of(what.account);
  if (!people) co_return true;
  for (const identity::User& person : *people) {
    const std::string title = title_for(alert, what.title, person.language);
    Notice notice{.user = person.id,
                  .text = say_needs_you(title, what.reason, person.language),
                  .priority = static_cast<int>(what.score),
                  .urgent = what.urgent,
                  .alert_id = what.alert_id,
                  .operation_id = {}};
    (void)co_await ports.announcer.tell(std::move(notice));
  }
  co_return true;
}

}  // namespace mtc::rollback
