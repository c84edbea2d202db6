#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/safe_text.h"
#include "services/devops/alert_tools.h"
#include "services/devops/moment_ahead.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using alerts::Alert;
using alerts::Quiet;

constexpr auto kRecent = std::chrono::days(7);
constexpr std::int64_t kMostLookedAt = 300;
constexpr std::size_t kMostSpoken = 3;
constexpr auto kLongestDaily = std::chrono::days(365);

struct SilenceArgs {
  std::string mode, service, ns, cluster, duration, from, until, daily, reason;
  std::optional<std::int64_t> number;
};

// From when until when. One that comes again has no end of its own.
Result<> set_times(Quiet& quiet, const SilenceArgs& args, const DevopsCaller& caller) {
  quiet.from = caller.now;
  quiet.zone = caller.zone.name();
  if (!args.from.empty()) {
    const auto from = parse_moment_ahead(args.from, caller.now, caller.zone, caller.language);
    if (!from) return fail(from.error());
    quiet.from = *from;
  }
  if (!args.daily.empty()) {
    const auto daily = parse_daily(args.daily, caller.language);
    if (!daily) return fail(daily.error());
    quiet.daily_from = daily->from;
    quiet.daily_until = daily->to;
    quiet.until = quiet.from + kLongestDaily;
  }
  if (!args.until.empty()) {
    const auto until = parse_moment_ahead(args.until, quiet.from, caller.zone, caller.language);
    if (!until) return fail(until.error());
    quiet.until = *until;
  } else if (!args.duration.empty()) {
    const auto length = parse_duration(args.duration, caller.language);
    if (!length) return fail(length.error());
    quiet.until = quiet.from + *length;
  } else if (args.daily.empty()) {
    return fail(Errc::invalid_argument, caller.zh() ? "要静音多久？比如两小时，或者到明天早上九点。"
                                                    : "For how long? Two hours, until tomorrow?");
  }
  return {};
}

// The workload as the alerts of late call it, else as it runs.
Async<Result<>> set_service(DevopsToolPorts ports, Quiet& quiet, SilenceArgs args,
                            DevopsCaller caller) {
  auto recent = co_await ports.alerts.list(
      caller.account,
      {.ns = args.ns, .since = caller.now - kRecent, .now = caller.now, .limit = kMostLookedAt});
  if (!recent) co_return fail(std::move(recent).error());
  keep_meant<Alert>(*recent, args.service, clusters::Named::workload, caller.language,
                    [](const Alert& alert) { return alert.subject.name; });
  std::vector<std::string> names;
  for (const auto& alert : *recent) {
    if (std::ranges::find(names, alert.subject.name) == names.end())
      names.push_back(alert.subject.name);
  }
  if (names.size() == 1) {
    quiet.name = names.front();
    co_return Result<>{};
  }
  auto found = co_await ports.places.workload(
      caller.who.user, {.name = args.service, .ns = args.ns, .kind = "", .cluster = args.cluster});
  if (!found) co_return fail(std::move(found).error());
  quiet.name = found->object.name;
  quiet.ns = found->object.ns;
  quiet.cluster_id = found->scene.cluster.id;
  co_return Result<>{};
}

Async<Result<Quiet>> wanted(DevopsToolPorts ports, SilenceArgs args, DevopsCaller caller) {
  Quiet quiet{.ns = args.ns, .reason = args.reason};
  if (auto timed = set_times(quiet, args, caller); !timed) co_return fail(timed.error());
  if (!args.cluster.empty()) {
    auto scene = co_await ports.places.cloud(caller.who.user, {.name = args.cluster, .region = ""});
    if (!scene) co_return fail(std::move(scene).error());
    quiet.cluster_id = scene->cluster.id;
    quiet.spoken = scene->cluster.name;
  }
  if (!args.ns.empty()) quiet.spoken = args.ns;
  if (!args.service.empty()) {
    if (auto found = co_await set_service(ports, quiet, args, caller); !found)
      co_return fail(std::move(found).error());
    quiet.spoken = quiet.name;
  }
  if (quiet.spoken.empty()) quiet.spoken = caller.zh() ? "所有" : "all";
  co_return quiet;
}

std::string join_spoken(const std::vector<std::string>& sentences, Language language) {
  return join(sentences, language == Language::zh ? "" : " ");
}

Async<Result<mcp::Reply>> tell_silences(DevopsToolPorts ports, DevopsCaller caller) {
  auto live = co_await ports.quiet.live(caller.account, caller.now);
  if (!live) co_return fail(std::move(live).error());
  Json items = Json::array();
  std::vector<std::string> said;
  for (const auto& quiet : *live) {
    items.push_back(bounded(alerts::to_json(quiet)));
    if (said.size() >= kMostSpoken) continue;
    const auto number = say_number(quiet.number, caller.language);
    const auto told = alerts::say_quiet(quiet, caller.now, caller.zone, caller.language);
    said.push_back(caller.zh() ? number + "号，" + told : "Number " + number + ": " + told);
  }
  if (said.empty()) said.emplace_back(caller.zh() ? "现在没有静音。" : "Nothing is silenced.");
  if (live->size() > kMostSpoken) {
    const auto more =
        say_count(static_cast<std::int64_t>(live->size() - kMostSpoken), caller.language);
    said.push_back(caller.zh() ? "还有" + more + "条。" : "There are " + more + " more.");
  }
  co_return reply_with(join_spoken(said, caller.language), {{"silences", std::move(items)}});
}

// Without a number it is the only one there is.
Async<Result<std::int64_t>> number_to_lift(DevopsToolPorts ports, SilenceArgs args,
                                           DevopsCaller caller) {
  if (args.number) co_return *args.number;
  auto live = co_await ports.quiet.live(caller.account, caller.now);
  if (!live) co_return fail(std::move(live).error());
  if (!args.service.empty()) {
    keep_meant<Quiet>(*live, args.service, clusters::Named::workload, caller.language,
                      [](const Quiet& quiet) { return quiet.name; });
  }
  if (live->size() == 1) co_return live->front().number;
  if (live->empty())
    co_return fail(Errc::not_found, caller.zh() ? "没有这样的静音。" : "There is no such silence.");
  co_return fail(Errc::conflict, caller.zh() ? "有好几条静音，说一下是几号？"
                                             : "There are several silences; which number?");
}

Async<Result<mcp::Reply>> lift(DevopsToolPorts ports, SilenceArgs args, DevopsCaller caller) {
  const auto number = co_await number_to_lift(ports, args, caller);
  if (!number) co_return fail(number.error());
  auto lifted = co_await ports.desk.lift(caller.who, caller.channel, *number);
  if (!lifted) co_return fail(std::move(lifted).error());
  const auto what = shorten_characters(digest::visible_text(lifted->spoken), 60);
  co_return reply_with(caller.zh() ? close_gaps(fmt::format("好，{} 的静音取消了。", what))
                                   : fmt::format("The silence of {} is lifted.", what),
                       {{"silence", bounded(alerts::to_json(*lifted))}});
}

Async<Result<mcp::Reply>> add(DevopsToolPorts ports, SilenceArgs args, DevopsCaller caller) {
  auto quiet = co_await wanted(ports, args, caller);
  if (!quiet) co_return fail(std::move(quiet).error());
  auto added = co_await ports.desk.silence(caller.who, caller.channel, std::move(*quiet));
  if (!added) co_return fail(std::move(added).error());
  co_return reply_with(alerts::say_quiet(*added, caller.now, caller.zone, caller.language),
                       {{"silence", bounded(alerts::to_json(*added))}});
}

Async<Result<mcp::Reply>> silence(DevopsToolPorts ports, SilenceArgs args, DevopsCaller caller) {
  if (args.mode == "list") co_return co_await tell_silences(ports, caller);
  auto allowed = co_await may_change(ports.approver, caller,
                                     {.action = "silence_alerts", .target = "silences"});
  if (!allowed) co_return fail(std::move(allowed).error());
  if (args.mode == "lift") co_return co_await lift(ports, std::move(args), caller);
  co_return co_await add(ports, std::move(args), caller);
}

}  // namespace

mcp::Tool silence_alerts_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<SilenceArgs>(
      {.name = "silence_alerts",
       .title = "Silence alerts",
       .description = "Silence alerts for a time or in a daily window (静音, 维护窗口), list the "
                      "silences, or lift one.",
       .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true},
       .scope = "ops.operate",
       .fields = {field("mode", &SilenceArgs::mode, "What to do; add if absent",
                        {.required = false, .choices = {"add", "list", "lift"}}),
                  field("service", &SilenceArgs::service, "Service as said",
                        {.required = false, .max_length = 200}),
                  field("namespace", &SilenceArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253}),
                  field("cluster", &SilenceArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200}),
                  field("duration", &SilenceArgs::duration, "How long: 2h, 两小时",
                        {.required = false, .max_length = 60}),
                  field("from", &SilenceArgs::from, "Beginning, if not now: 今晚",
                        {.required = false, .max_length = 60}),
                  field("until", &SilenceArgs::until, "Or until when: 15:00, 明天早上九点",
                        {.required = false, .max_length = 60}),
                  field("daily", &SilenceArgs::daily, "Every day between: 02:00-04:00",
                        {.required = false, .max_length = 60}),
                  field("reason", &SilenceArgs::reason, "Why, if said",
                        {.required = false, .max_length = 500}),
                  field("number", &SilenceArgs::number, "Which silence to lift", {.minimum = 1})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"silence", {{"type", "object"}}},
                           {"silences", {{"type", "array"}, {"items", {{"type", "object"}}}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](SilenceArgs args, mcp::CallContext context) {
         return answer_caller<SilenceArgs>(ports, std::move(args), std::move(context), silence);
       }});
}

}  // namespace mtc::services
