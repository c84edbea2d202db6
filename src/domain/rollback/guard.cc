#include "domain/rollback/guard.h"

#include <algorithm>

#include "base/contains.h"
#include "base/text.h"
#include "domain/rollback/refusals.h"

namespace mtc::rollback {
namespace {

// '*' stands for any text.
bool fits(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= text.size(); ++at) {
    if (fits(rest, text.substr(at))) return true;
  }
  return false;
}

Zone zone_of(const identity::User& user) {
  auto zone = Zone::find(user.zone);
  return zone ? std::move(*zone) : Zone::shanghai();
}

std::string name_of(const identity::User& user) {
  return user.display_name.empty() ? user.username : user.display_name;
}

Result<> check_place(const RollbackRules& rules, const Target& target, Language language) {
  const auto& listed = rules.clusters;
  if (!listed.empty() && !contains(listed, target.cluster_id) &&
      !contains(listed, target.cluster_name)) {
    const std::string& name = target.cluster_name;
    return fail(Errc::denied,
                refusals::cluster_not_listed(name.empty() ? target.cluster_id : name, language));
  }
  const clusters::ObjectRef& object = target.object;
  if (contains(rules.protected_namespaces, object.ns)) {
    return fail(Errc::denied, refusals::is_protected(object.ns, language));
  }
  const std::string full = object.ns + "/" + object.name;
  const bool never = std::ranges::any_of(
      rules.never, [&](const std::string& pattern) { return fits(pattern, full); });
  if (never) return fail(Errc::denied, refusals::never_touched(object.name, language));
  return {};
}

Result<> check_trigger(const RollbackRules& rules, const Operation& operation,
                       const identity::User& user, TimePoint now) {
  if (operation.trigger == Trigger::person) return {};
  const Language language = user.language;
  if (!rules.automatic) return fail(Errc::denied, refusals::automatic_is_off(language));
  if (operation.score < rules.least_score) {
    return fail(Errc::denied, refusals::score_too_low(language));
  }
  if (operation.trigger != Trigger::urgent && !may_act_at(rules, now, zone_of(user))) {
    return fail(Errc::denied, refusals::outside_the_windows(language));
  }
  return {};
}

Result<> check_person(const identity::User& user, Language language) {
  if (user.disabled) {
    return fail(Errc::denied, refusals::user_is_disabled(name_of(user), language));
  }
  if (!user.rollback_permission) {
    return fail(Errc::denied, refusals::no_permission(name_of(user), language));
  }
  return {};
}

}  // namespace

Async<Result<>> Guard::may_begin(RollbackRules rules, Operation operation, identity::User user) {
  if (auto ok = check_person(user, user.language); !ok) co_return ok;
  if (auto ok = check_trigger(rules, operation, user, ports_.clock.now()); !ok) co_return ok;
  if (auto ok = check_place(rules, operation.target, user.language); !ok) co_return ok;
  co_return co_await check_frequency(rules, operation, user.language);
}

Async<Result<>> Guard::check_frequency(const RollbackRules& rules, const Operation& operation,
                                       Language language) {
  const TimePoint now = ports_.clock.now();
  const std::string target = target_name(operation.target);
  const std::string name = operation.target.object.name;
  auto of_all =
      co_await ports_.operations.count(operation.account, "", now - std::chrono::hours(1));
  if (!of_all) co_return fail(std::move(of_all).error());
  if (*of_all >= rules.operations_an_hour) {
    co_return fail(Errc::rate_limited,
                   refusals::too_many_operations(rules.operations_an_hour, language));
  }
  // Somebody who asks for it and confirms has seen what was tried before.
  if (operation.trigger == Trigger::person) co_return Result<>{};
  auto of_target =
      co_await ports_.operations.count(operation.account, target, now - std::chrono::hours(24));
  if (!of_target) co_return fail(std::move(of_target).error());
  if (*of_target >= rules.operations_of_target_a_day) {
    co_return fail(Errc::rate_limited,
                   refusals::too_often(name, rules.operations_of_target_a_day, language));
  }
  auto before =
      co_await ports_.operations.list(operation.account, {.cluster_id = operation.target.cluster_id,
                                                          .ns = operation.target.object.ns,
                                                          .name = name,
                                                          .since = now - std::chrono::hours(24)});
  if (!before) co_return fail(std::move(before).error());
  for (const Operation& one : *before) {
    if (target_name(one.target) != target || !one.ended) continue;
    if (now - *one.ended < rules.pause_of_target) {
      co_return fail(Errc::rate_limited, refusals::too_soon(name, language));
    }
  }
  co_return Result<>{};
}

int share_at_once(const clusters::BlastRadius& radius) {
  using clusters::Effect;
  const auto of_all = [&](std::int64_t pods) {
    if (radius.replicas <= 0) return 0;
    return static_cast<int>(radius.share * std::min(pods, radius.replicas) / radius.replicas);
  };
  switch (radius.effect) {
    case Effect::none:
    case Effect::added:
      return 0;
    case Effect::removed:
      return of_all(radius.touched);
    case Effect::rolled:
      return radius.outage ? radius.share : of_all(1);
    case Effect::stopped:
    case Effect::recreated:
      return radius.share;
  }
  return 0;
}

Async<Result<>> Guard::may_step(RollbackRules rules, Operation operation, clusters::ChangePlan plan,
                                clusters::BlastRadius radius, bool someone_rolling,
                                std::string someone) {
  const Language language = operation.language;
  auto user = co_await ports_.people.find(operation.user);
  if (!user && user.error().code == Errc::not_found) {
    co_return fail(Errc::denied, refusals::user_is_gone(language));
  }
  if (!user) co_return fail(std::move(user).error());
  if (auto ok = check_person(*user, language); !ok) co_return ok;
  if (operation.trigger != Trigger::person && !rules.automatic) {
    co_return fail(Errc::denied, refusals::automatic_is_off(language));
  }
  if (auto ok = check_place(rules, operation.target, language); !ok) co_return ok;
  for (const auto part : split(plan.ns, ',')) {
    const std::string ns(trim(part));
    if (contains(rules.protected_namespaces, ns)) {
      co_return fail(Errc::denied, refusals::is_protected(ns, language));
    }
  }
  const std::string& name = operation.target.object.name;
  if (someone_rolling) {
    co_return fail(Errc::denied, refusals::someone_rolls(name, someone, language));
  }
  if (radius.replicas > rules.most_replicas) {
    co_return fail(Errc::denied, refusals::too_many_replicas(name, radius.replicas, language));
  }
  if (const int share = share_at_once(radius); share > rules.most_share) {
    co_return fail(Errc::denied, refusals::too_large_share(share, language));
  }
  co_return Result<>{};
}

}  // namespace mtc::rollback
