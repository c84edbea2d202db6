#include "services/devops/spoken_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/speech.h"
#include "domain/alerts/spoken_choice.h"
#include "domain/alerts/spoken_words.h"
#include "domain/digest/safe_text.h"

namespace mtc::services {
namespace {

using alerts::Alert;

constexpr auto kRecent = std::chrono::days(7);
constexpr std::int64_t kMostLookedAt = 300;
constexpr int kPlausible = 70;  // as clusters::NameMatch counts
constexpr std::size_t kNameCharacters = 60;

std::unexpected<Error> no_such(std::string_view said, const DevopsCaller& caller) {
  const std::string name = shorten_characters(digest::visible_text(said), 30);
  return fail(Errc::not_found,
              caller.zh() ? close_gaps(fmt::format(
                                "没有找到 {} 这条告警。问我有哪些告警，我念给你听。", name))
                          : fmt::format("There is no alert {}. Ask me which there are.", name));
}

std::unexpected<Error> which_of(const std::vector<Alert>& all, const DevopsCaller& caller) {
  const auto one = [&caller](const Alert& alert) {
    return fmt::format("{}{}{}", alerts::say_alert_number(alert.number, caller.language),
                       caller.zh() ? " " : ", ", called(alert, caller.language));
  };
  return fail(Errc::conflict,
              caller.zh()
                  ? close_gaps(fmt::format("你说的是{}，还是{}？", one(all[0]), one(all[1])))
                  : fmt::format("Do you mean {}, or {}?", one(all[0]), one(all[1])));
}

// The one, else a question; those that fire go before those that are over.
Result<Alert> only_one(std::vector<Alert> found, std::string_view said,
                       const DevopsCaller& caller) {
  if (found.empty()) return no_such(said, caller);
  if (found.size() == 1) return std::move(found.front());
  const auto fires = [](const Alert& alert) { return alert.state == alerts::State::firing; };
  if (std::ranges::count_if(found, fires) == 1) return *std::ranges::find_if(found, fires);
  return which_of(found, caller);
}

Async<Result<Alert>> choose_without_words(DevopsToolPorts ports, DevopsCaller caller) {
  alerts::AlertFilter filter{.now = caller.now, .limit = 2};
  filter.waiting = true;
  auto found = co_await ports.alerts.list(caller.account, filter);
  if (!found) co_return fail(std::move(found).error());
  if (found->empty()) {
    filter.waiting = false;
    filter.state = alerts::State::firing;
    found = co_await ports.alerts.list(caller.account, filter);
    if (!found) co_return fail(std::move(found).error());
  }
  if (found->empty()) {
    co_return fail(Errc::not_found,
                   caller.zh() ? "现在没有告警。" : "There is no alert right now.");
  }
  co_return only_one(std::move(*found), "", caller);
}

}  // namespace

std::string called(const alerts::Alert& alert, Language language) {
  return shorten_characters(digest::visible_text(alerts::spoken_name(alert, language)),
                            kNameCharacters);
}

Async<Result<alerts::Alert>> choose_alert(DevopsToolPorts ports, std::string said,
                                          DevopsCaller caller) {
  if (trim(said).empty()) co_return co_await choose_without_words(ports, std::move(caller));
  if (const auto number = alerts::spoken_number(said)) {
    auto found = co_await ports.alerts.find_number(caller.account, *number);
    if (!found) co_return fail(std::move(found).error());
    if (!*found) co_return no_such(said, caller);
    co_return std::move(**found);
  }
  auto recent = co_await ports.alerts.list(
      caller.account, {.since = caller.now - kRecent, .now = caller.now, .limit = kMostLookedAt});
  if (!recent) co_return fail(std::move(recent).error());
  std::vector<Alert> found;
  for (const auto index : alerts::find_spoken(*recent, said)) found.push_back((*recent)[index]);
  if (found.empty()) {
    found = std::move(*recent);
    keep_meant<Alert>(found, said, clusters::Named::workload, caller.language,
                      [](const Alert& alert) { return alert.subject.name; });
  }
  co_return only_one(std::move(found), said, caller);
}

std::vector<std::string> names_meant(std::string_view said, const std::vector<std::string>& names,
                                     clusters::Named what, Language language) {
  std::vector<std::string> distinct;
  for (const auto& name : names) {
    if (!name.empty() && std::ranges::find(distinct, name) == distinct.end())
      distinct.push_back(name);
  }
  const auto candidates = clusters::plain_candidates(distinct);
  const auto ranked = clusters::rank_names(
      {.spoken = std::string(said), .what = what, .language = language}, candidates);
  std::vector<std::string> out;
  for (const auto& match : ranked) {
    if (match.score < kPlausible || match.score < ranked.front().score) break;
    out.push_back(distinct[match.index]);
  }
  return out;
}

}  // namespace mtc::services
