#include <fmt/format.h>

#include <cmath>

#include "base/spoken.h"
#include "domain/alerts/score.h"
#include "domain/alerts/speech.h"
#include "services/devops/alert_tools.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

struct ExplainArgs {
  std::string alert, part;
};

std::string say_unscored(const alerts::Alert& alert, const DevopsCaller& caller) {
  return caller.zh() ? close_gaps(fmt::format("{} 还没有打分。", called(alert, caller.language)))
                     : fmt::format("{} has no score yet.", called(alert, caller.language));
}

// What was measured, out of the rows that a reckoning was kept in: see alerts::to_json(Score).
alerts::Evidence evidence_in(const Json& scoring) {
  Json out = Json::object();
  for (const Json& row : array_or_empty(scoring, "inputs")) {
    const std::string input = string_or(row, "input");
    const Json measured = row.value("measured", Json(nullptr));
    if (input == "missing_replicas" && measured.is_object()) {
      out["wanted_replicas"] = measured.value("wanted", Json(nullptr));
      out["ready_replicas"] = measured.value("ready", Json(nullptr));
    } else if (input == "error_rate" && measured.is_object()) {
      out["error_rate"] = measured.value("rate", Json(nullptr));
      out["usual_error_rate"] = measured.value("usual", Json(nullptr));
    } else if (input == "source_level") {
      out["level"] = measured;
    } else if (input == "working_time") {
      out["at"] = measured;
    } else {
      out[input] = measured;
    }
  }
  return alerts::evidence_from_json(out);
}

// In words where all of the reckoning was kept, else only what it came to.
std::string say_why(const alerts::Alert& alert, const alerts::AlertRules& rules,
                    const DevopsCaller& caller) {
  if (const auto kept = alerts::score_from_json(alert.scoring)) {
    return alerts::say_score(*kept, evidence_in(alert.scoring), rules, alert.subject,
                             alert.policy_name, caller.language);
  }
  const auto points = say_number(std::lround(*alert.score), caller.language);
  return caller.zh() ? close_gaps(fmt::format("{} 是{}分，怎么算的没有留下来。",
                                              called(alert, caller.language), points))
                     : fmt::format("{} has {} points; how they came about was not kept.",
                                   called(alert, caller.language), points);
}

Async<Result<mcp::Reply>> explain(DevopsToolPorts ports, ExplainArgs args, DevopsCaller caller) {
  auto alert = co_await choose_alert(ports, args.alert, caller);
  if (!alert) co_return fail(std::move(alert).error());
  std::string speech;
  if (args.part != "score") {
    speech = alerts::say_alert(*alert, caller.now, caller.zone, caller.language);
  } else if (!alert->score) {
    speech = say_unscored(*alert, caller);
  } else {
    speech = say_why(*alert, ports.rules(), caller);
  }
  Json data{{"alert", bounded(alerts::to_json(*alert))}};
  if (alert->scoring.is_object()) data["scoring"] = bounded(alert->scoring);
  co_return reply_with(std::move(speech), std::move(data));
}

}  // namespace

mcp::Tool explain_alert_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<ExplainArgs>(
      {.name = "explain_alert",
       .title = "Explain an alert",
       .description = "Tell all about one alert (讲讲三号告警), or why it has its score "
                      "(为什么只给六十分).",
       .hints = kLooksAtRecords,
       .scope = "ops.read",
       .fields = {field("alert", &ExplainArgs::alert, "Its number, E22, or words of its name",
                        {.required = false, .max_length = 200}),
                  field("part", &ExplainArgs::part, "score: why it has its score",
                        {.required = false, .choices = {"detail", "score"}})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"alert", {{"type", "object"}}},
                           {"scoring", {{"type", "object"}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](ExplainArgs args, mcp::CallContext context) {
         return answer_caller<ExplainArgs>(ports, std::move(args), std::move(context), explain);
       }});
}

}  // namespace mtc::services
