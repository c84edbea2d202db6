#include "services/devops/report_prompts.h"

#include <algorithm>

#include "base/zone.h"
#include "domain/broadcast/schedule.h"
#include "domain/logs/time_range.h"
#include "services/common/completion.h"
#include "services/common/prompting.h"
#include "services/devops/prompt_texts.h"
#include "services/devops/report_document.h"

namespace mtc::services {
namespace {

using Answer = std::variant<mcp::PromptReply, mcp::NeedInput>;
using Values = std::vector<std::string>;

constexpr std::string_view kUsualShift = "last_8h";
constexpr int kOfferedMornings = 14;

// What the prompts share: the ports, and the names of topics kept for a minute.
struct Shared {
  broadcast::BroadcastStore& store;
  Callers& callers;
  const Clock& clock;
  KeptNames topics;
};
using SharedPtr = std::shared_ptr<Shared>;

Result<logs::TimeRange> read_range(const Shared& shared, const identity::User& user,
                                   std::string_view name, std::string_view text) {
  auto range = logs::parse_time_range(text, shared.clock.now(), broadcast::zone_of(user));
  if (!range) return fail_in(name, std::move(range).error());
  return range;
}

// The report of that day, or the newest without one. Nothing if there is none: the tools make it
// when they are called.
Async<Result<void>> attach_report(SharedPtr shared, identity::User user,
                                  std::optional<broadcast::Day> day, mcp::PromptReply& reply) {
  Result<std::optional<broadcast::PreparedBroadcast>> prepared;
  if (day) {
    prepared = co_await shared->store.prepared(user.id, *day);
  } else {
    prepared = co_await shared->store.newest_prepared(user.id);
  }
  if (!prepared) co_return fail(std::move(prepared).error());
  if (!*prepared) co_return Result<void>{};
  const Language language = user.language;
  auto report = co_await write_report(shared->store, std::move(user), std::move(**prepared));
  if (!report) co_return fail(std::move(report).error());
  add_text(reply, std::string(report_follows(language)));
  reply.messages.push_back({.role = mcp::PromptMessage::Role::user, .content = std::move(*report)});
  co_return Result<void>{};
}

// ---- getting

Async<Result<Answer>> get_morning_report(SharedPtr shared, identity::User user,
                                         mcp::PromptArguments arguments) {
  const auto text = read_argument(arguments, "day");
  if (!text) co_return fail(text.error());
  std::optional<broadcast::Day> day;
  Json repeat = Json::object();
  if (!text->empty()) {
    const auto range = read_range(*shared, user, "day", *text);
    if (!range) co_return fail(range.error());
    day = broadcast::zone_of(user).day_of(range->from);
    repeat["date"] = format_day(*day);
  }
  mcp::PromptReply reply{.description = "The report of the night", .messages = {}};
  add_text(reply, morning_report_text(user.language, repeat));
  if (auto done = co_await attach_report(shared, user, day, reply); !done) {
    co_return fail(std::move(done).error());
  }
  co_return reply;
}

Async<Result<Answer>> get_incident_review(SharedPtr shared, identity::User user,
                                          mcp::PromptArguments arguments) {
  const auto topic = read_argument(arguments, "topic");
  if (!topic) co_return fail(topic.error());
  const auto time_range = read_argument(arguments, "time_range");
  if (!time_range) co_return fail(time_range.error());
  const auto range = read_range(*shared, user, "time_range", *time_range);
  if (!range) co_return fail(range.error());

  Json search{{"level", "error"}, {"time_range", *time_range}};
  if (!topic->empty()) search["topic"] = *topic;
  mcp::PromptReply reply{.description = "Review of an incident", .messages = {}};
  add_text(reply, incident_review_text(user.language, search));
  // The morning on which that time was reported: a night belongs to the day on which it ends.
  const auto day = broadcast::zone_of(user).day_of(range->to - Millis{1});
  if (auto done = co_await attach_report(shared, user, day, reply); !done) {
    co_return fail(std::move(done).error());
  }
  co_return reply;
}

Async<Result<Answer>> get_hand_over(SharedPtr shared, identity::User user,
                                    mcp::PromptArguments arguments) {
  auto shift = read_argument(arguments, "time_range");
  if (!shift) co_return fail(shift.error());
  if (shift->empty()) *shift = kUsualShift;
  if (const auto range = read_range(*shared, user, "time_range", *shift); !range) {
    co_return fail(range.error());
  }
  mcp::PromptReply reply{.description = "Hand-over of a shift", .messages = {}};
  add_text(reply, hand_over_text(user.language, {{"level", "error"}, {"time_range", *shift}}));
  const auto today = broadcast::zone_of(user).day_of(shared->clock.now());
  if (auto done = co_await attach_report(shared, user, today, reply); !done) {
    co_return fail(std::move(done).error());
  }
  co_return reply;
}

// ---- completing

Async<Result<Values>> complete_day(SharedPtr shared, identity::User user, std::string typed) {
  auto mornings = co_await shared->store.recent_prepared(user.id, kOfferedMornings);
  if (!mornings) co_return fail(std::move(mornings).error());
  Values days =
      user.language == Language::zh ? Values{"今天", "昨天"} : Values{"today", "yesterday"};
  for (const auto& morning : *mornings) days.push_back(format_day(morning.day));
  co_return beginning_with(typed, std::move(days));
}

Async<Result<Values>> complete_range(SharedPtr shared, identity::User user, std::string typed) {
  co_return beginning_with(typed, usual_time_ranges(user.language));
}

Async<Result<Values>> complete_topic(SharedPtr shared, identity::User user, std::string typed) {
  auto names = co_await shared->topics.list(std::move(user));
  // Completing is a courtesy: a cloud that does not answer must not stop anybody from typing.
  if (!names) co_return Values{};
  co_return beginning_with(typed, std::move(*names));
}

// ---- for whoever asks

// Works as `work`, which takes what is shared, the caller as a user of ours, and the request.
template <class Reply, class Request>
Async<Result<Reply>> for_caller(SharedPtr shared,
                                Async<Result<Reply>> (*work)(SharedPtr, identity::User, Request),
                                Request request, mcp::CallContext context) {
  auto principal = co_await shared->callers.resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  co_return co_await work(shared, std::move(principal->user), std::move(request));
}

using Complete = Async<Result<Values>> (*)(SharedPtr, identity::User, std::string);

mcp::Completer completer(SharedPtr shared, Complete complete) {
  return [shared = std::move(shared), complete](
             std::string typed, std::map<std::string, std::string>, mcp::CallContext context) {
    return for_caller(shared, complete, std::move(typed), std::move(context));
  };
}

using Get = Async<Result<Answer>> (*)(SharedPtr, identity::User, mcp::PromptArguments);

mcp::Prompt prompt(mcp::Prompt declared, SharedPtr shared, Get get) {
  declared.scope = "ops.read";
  declared.get = [shared = std::move(shared), get](mcp::PromptArguments arguments,
                                                   mcp::CallContext context) {
    return for_caller(shared, get, std::move(arguments), std::move(context));
  };
  return declared;
}

}  // namespace

std::vector<mcp::Prompt> report_prompts(const ReportPromptPorts& ports) {
  const SharedPtr shared(new Shared{.store = ports.store,
                                    .callers = ports.callers,
                                    .clock = ports.clock,
                                    .topics = topic_names(ports.logs, ports.clock)});
  const mcp::PromptArgument time_range{.name = "time_range",
                                       .description = "昨晚, last 1 hour, 2026-11-22 02:00-03:00 …",
                                       .required = true,
                                       .complete = completer(shared, complete_range)};
  mcp::PromptArgument shift = time_range;
  shift.description = "The shift; default last_8h";
  shift.required = false;
  return {
      prompt({.name = "morning_report",
              .title = "Report of the night · 夜间报告",
              .description = "What happened overnight, and what needs you",
              .arguments = {{.name = "day",
                             .description = "Morning of the report; leave out for the newest",
                             .complete = completer(shared, complete_day)}}},
             shared, get_morning_report),
      prompt(
          {.name = "incident_review",
           .title = "Review an incident · 故障复盘",
           .description = "From the logs of a time to a timeline, a cause and what is left to do",
           .arguments = {{.name = "topic",
                          .description = "Log topic, by name; leave out for the usual ones",
                          .complete = completer(shared, complete_topic)},
                         time_range}},
          shared, get_incident_review),
      prompt({.name = "hand_over",
              .title = "Hand over a shift · 交接班小结",
              .description = "A summary for the colleague who takes over",
              .arguments = {std::move(shift)}},
             shared, get_hand_over),
  };
}

}  // namespace mtc::services
