// Who may do what now, and making plans. Confirming them stands in approver_confirm.cc.
#include "domain/approval/approver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/approval/code.h"
#include "domain/approval/wording.h"

namespace mtc::approval {
namespace {

// Undoing makes good what was done: it must not be held back by how often that was.
constexpr std::string_view kUndo = "undo_change";

Error error_of(Errc code, std::string message) {
  return {.code = code, .message = std::move(message)};
}

// Of the namespaces that the proposal touches, the first protected one.
std::string_view protected_in(const Proposal& proposal, const ApprovalRules& rules) {
  for (const auto part : split(proposal.ns, ',')) {
    const auto ns = trim(part);
    if (std::ranges::find(rules.protected_namespaces, ns) != rules.protected_namespaces.end())
      return ns;
  }
  return {};
}

audit::Entry entry_of(audit::Event event, const identity::Principal& who, const Proposal& proposal,
                      std::string plan_id, std::string reason, TimePoint now) {
  return {.time = now,
          .actor = who.user.username,
          .assurance = std::string(name_of(who.assurance)),
          .channel = proposal.channel,
          .event = event,
          .action = proposal.action,
          .target = proposal.target,
          .plan = std::move(plan_id),
          .reason = std::move(reason),
          .before = proposal.before,
          .after = {},
          .details = proposal.details};
}

}  // namespace

Proposal proposal_of(const Plan& plan, std::string channel) {
  return {.action = plan.action,
          .target = plan.target,
          .target_version = plan.target_version,
          .ns = plan.ns,
          .arguments = plan.arguments,
          .details = plan.details,
          .summary = plan.summary,
          .channel = std::move(channel),
          .before = plan.before};
}

Async<Result<>> Approver::append(audit::Entry entry, Language language) {
  auto row = co_await ports_.log.append(std::move(entry));
  if (!row) co_return fail(Errc::unavailable, say_not_recorded(language));
  co_return Result<>{};
}

Async<Result<>> Approver::note(audit::Event event, const identity::Principal& who,
                               const Proposal& proposal, std::string plan_id, std::string reason) {
  co_return co_await append(
      entry_of(event, who, proposal, std::move(plan_id), std::move(reason), ports_.clock.now()),
      who.user.language);
}

Async<Error> Approver::refuse(const identity::Principal& who, const Proposal& proposal, Errc code,
                              std::string sentence) {
  // Not done is not done, written down or not.
  (void)co_await note(audit::Event::refused, who, proposal, {}, sentence);
  co_return error_of(code, std::move(sentence));
}

Async<Result<>> Approver::check(const identity::Principal& who, const Proposal& proposal) {
  const Tier tier = tier_of(proposal.action);
  const Language language = who.user.language;
  if (who.user.disabled) {
    co_return fail(co_await refuse(who, proposal, Errc::denied, say_disabled(language)));
  }
  if (!who.may(scope_of(tier))) {
    co_return fail(
        co_await refuse(who, proposal, Errc::denied, say_missing_scope(scope_of(tier), language)));
  }
  const auto ns = tier == Tier::read ? std::string_view() : protected_in(proposal, rules_);
  const bool trusted =
      who.may(identity::Scope::admin) && who.assurance >= identity::Assurance::strong;
  if (!ns.empty() && !trusted) {
    co_return fail(co_await refuse(who, proposal, Errc::denied, say_protected(ns, language)));
  }
  if (who.assurance < assurance_of(tier)) {
    co_return fail(co_await refuse(who, proposal, Errc::denied,
                                   say_missing_assurance(assurance_of(tier), language)));
  }
  if (tier == Tier::read) co_return Result<>{};
  co_return co_await check_limits(who, proposal);
}

std::vector<audit::Limit> Approver::limits_of(const identity::Principal& who,
                                              const Proposal& proposal) const {
  const auto now = ports_.clock.now();
  const Language language = who.user.language;
  const int by_user = rules_.changes_per_user_an_hour;
  const int of_target = rules_.changes_per_target_in_ten_minutes;
  std::vector<audit::Limit> out;
  out.push_back({.actor = who.user.username,
                 .target = {},
                 .since = now - std::chrono::hours(1),
                 .most = by_user,
                 .refusal = say_too_many_changes(by_user, language)});
  if (proposal.target.empty() || proposal.action == kUndo) return out;
  out.push_back({.actor = {},
                 .target = proposal.target,
                 .since = now - std::chrono::minutes(10),
                 .most = of_target,
                 .refusal = say_changed_too_often(of_target, language)});
  return out;
}

Async<Result<>> Approver::check_limits(const identity::Principal& who, const Proposal& proposal) {
  for (audit::Limit& limit : limits_of(who, proposal)) {
    const auto found =
        co_await ports_.log.count(limit.event, limit.actor, limit.target, limit.since);
    if (!found) co_return fail(Errc::unavailable, say_not_recorded(who.user.language));
    if (*found < limit.most) continue;
    co_return fail(co_await refuse(who, proposal, Errc::rate_limited, std::move(limit.refusal)));
  }
  co_return Result<>{};
}

Async<Result<Verdict>> Approver::consider(identity::Principal who, Proposal proposal,
                                          bool confirmed) {
  if (auto ok = co_await check(who, proposal); !ok) co_return fail(std::move(ok).error());
  if (tier_of(proposal.action) < Tier::dangerous) co_return Verdict(Allowed{});
  if (confirmed) {
    auto noted = co_await note(audit::Event::confirmed, who, proposal, {}, "by a form");
    if (!noted) co_return fail(std::move(noted).error());
    co_return Verdict(Allowed{});
  }
  auto waiting = co_await make_plan(who, std::move(proposal));
  if (!waiting) co_return fail(std::move(waiting).error());
  co_return Verdict(std::move(*waiting));
}

Async<Result<bool>> Approver::needs_confirmation(identity::Principal who, Proposal proposal) {
  if (auto ok = co_await check(who, proposal); !ok) co_return fail(std::move(ok).error());
  co_return tier_of(proposal.action) >= Tier::dangerous;
}

Async<Result<>> Approver::declined(identity::Principal who, Proposal proposal, std::string why) {
  co_return co_await note(audit::Event::cancelled, who, proposal, {}, std::move(why));
}

// Drops what waits for the same action on the same target. How many others wait.
Async<Result<int>> Approver::replace(const identity::Principal& who, const Proposal& proposal,
                                     const std::vector<Plan>& waiting) {
  int others = 0;
  for (const auto& plan : waiting) {
    if (plan.action != proposal.action || plan.target != proposal.target) {
      ++others;
      continue;
    }
    auto dropped = co_await drop(who, plan, proposal.channel, say_replaced(who.user.language));
    if (!dropped) co_return fail(std::move(dropped).error());
  }
  co_return others;
}

Async<Result<Waiting>> Approver::make_plan(const identity::Principal& who, Proposal proposal) {
  const auto now = ports_.clock.now();
  const auto waiting = co_await ports_.plans.waiting(who.user.id, now);
  if (!waiting) co_return fail(waiting.error());
  const auto others = co_await replace(who, proposal, *waiting);
  if (!others) co_return fail(others.error());
  if (*others >= rules_.waiting_plans) {
    co_return fail(co_await refuse(who, proposal, Errc::rate_limited,
                                   say_too_many_waiting(*others, who.user.language)));
  }
  // With few plans there is always another code soon.
  std::string code = make_code(ports_.random);
  while (match(*waiting, code) != nullptr) code = make_code(ports_.random);

  Plan plan{.id = make_uuid(ports_.random),
            .user = who.user.id,
            .code_hash = {},
            .action = proposal.action,
            .arguments = proposal.arguments,
            .details = proposal.details,
            .target = proposal.target,
            .target_version = proposal.target_version,
            .ns = proposal.ns,
            .before = proposal.before,
            .summary = proposal.summary,
            .language = who.user.language,
            .outcome = {},
            .created = now,
            .expires = now + rules_.plan_lifetime,
            .changed = now};
  plan.code_hash = hash_of(plan.id, code);
  const auto tier = name_of(tier_of(proposal.action));
  auto noted = co_await note(audit::Event::planned, who, proposal, plan.id, std::string(tier));
  if (!noted) co_return fail(std::move(noted).error());
  if (auto added = co_await ports_.plans.add(plan); !added) co_return fail(added.error());
  co_return Waiting{.plan = std::move(plan), .code = std::move(code)};
}

Async<Result<>> Approver::begun(const identity::Principal& who, const Proposal& proposal,
                                std::string plan_id, std::string before_hash) {
  auto entry =
      entry_of(audit::Event::begun, who, proposal, std::move(plan_id), {}, ports_.clock.now());
  if (!before_hash.empty()) entry.before = std::move(before_hash);
  // Counted again with the row itself: others may have begun since it was considered.
  const auto row = co_await ports_.log.append_within(std::move(entry), limits_of(who, proposal));
  if (row) co_return Result<>{};
  if (row.error().code != Errc::rate_limited)
    co_return fail(Errc::unavailable, say_not_recorded(who.user.language));
  co_return fail(co_await refuse(who, proposal, Errc::rate_limited, row.error().message));
}

Async<Result<>> Approver::ended(const identity::Principal& who, const Proposal& proposal,
                                std::string plan_id, std::string after_hash,
                                const Result<>& outcome) {
  const auto event = !outcome                   ? audit::Event::failed
                     : proposal.action == kUndo ? audit::Event::undone
                                                : audit::Event::done;
  auto entry = entry_of(event, who, proposal, std::move(plan_id),
                        outcome ? std::string() : outcome.error().message, ports_.clock.now());
  entry.after = std::move(after_hash);
  co_return co_await append(std::move(entry), who.user.language);
}

std::string Approver::fingerprint_of(const Proposal& proposal) const {
  std::string text;
  Json arguments = proposal.arguments;
  // The same sealed twice is not the same text.
  if (arguments.is_object()) arguments.erase("sealed");
  for (const auto& part : {proposal.action, proposal.target, proposal.target_version, proposal.ns,
                           dump_json(arguments)}) {
    text += fmt::format("{}:{},", part.size(), part);
  }
  return ports_.hasher.of(text);
}

// The plan's id keeps equal codes from having equal hashes.
std::string Approver::hash_of(const std::string& plan_id, const std::string& code) const {
  return ports_.hasher.of(fmt::format("mtc-plan-code:{}:{}", plan_id, code));
}

const Plan* Approver::match(const std::vector<Plan>& plans, const std::string& code) const {
  const Plan* found = nullptr;
  for (const auto& plan : plans) {
    const bool same = same_in_constant_time(plan.code_hash, hash_of(plan.id, code));
    if (same && found == nullptr) found = &plan;
  }
  return found;
}

}  // namespace mtc::approval
