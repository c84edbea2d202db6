#include <gmock/gmock.h>

#include "domain/approval/code.h"
#include "infra/loop/run.h"
#include "services/basic/log_tools_fixture.h"
#include "services/common/plan_tools.h"

namespace mtc::services {

Async<Result<std::string>> FakePainter::paint(std::string, std::vector<dashboards::Chart> charts) {
  painted = std::move(charts);
  co_return picture;
}

Async<Result<std::string>> FakePictureModel::complete(narration::ChatRequest request) {
  if (request.picture) seen = request.picture->bytes;
  co_return answer;
}

LogTools::LogTools()
    : ports{
          .callers = callers,
          .clock = clock,
          .store = [this](const identity::User&, std::string region) -> logs::LogStore& {
            regions.push_back(std::move(region));
            return store;
          },
          .admin = [this](const identity::User&, std::string) -> logs::LogAdmin& { return admin; },
          .usual_region = "ap-guangzhou",
          .usual_topics = {},
          .recent = recent,
          .approver = &approval.approver,
          .painter = &painter,
          .picture_model = &model,
          .public_url = "https://ops.example.test",
          .own_picture = {}} {
  clock.time = Zone::shanghai().at(std::chrono::year{2026} / 11 / 22, std::chrono::hours(11));
  approval.clock.time = clock.time;
  callers.add("me").zone = "Asia/Shanghai";
  trust(identity::Scope::operate, identity::Assurance::voice);
  store.listed = {{.id = "t-shop",
                   .name = "shop-app",
                   .logset_id = "s-shop",
                   .region = "ap-guangzhou",
                   .indexed = true},
                  {.id = "t-waf",
                   .name = "waf",
                   .logset_id = "s-edge",
                   .region = "ap-guangzhou",
                   .indexed = true}};
  store.sets = {{.id = "s-shop", .name = "shop", .topics = 1},
                {.id = "s-edge", .name = "edge", .topics = 1},
                {.id = "s-empty", .name = "crm-all", .topics = 0}};
  admin.notices = {{.id = "notice-1", .name = "运维组", .channels = {"Email", "WeCom"}},
                   {.id = "notice-2", .name = "DBA 值班组", .channels = {"Sms"}}};
  add_log_executors(executors, ports);
}

void LogTools::trust(identity::Scope scope, identity::Assurance assurance) {
  callers.people["me"].scopes = {identity::Scope::read, scope};
  callers.people["me"].assurance = assurance;
}

Result<mcp::Outcome> LogTools::call(const mcp::Tool& tool, Json arguments) {
  auto context = called_by("me");
  context.voice = voice;
  return run(tool.call(std::move(arguments), {.coerce_text = true}, std::move(context)));
}

mcp::Reply LogTools::reply(const mcp::Tool& tool, Json arguments) {
  auto outcome = call(tool, std::move(arguments));
  if (!outcome) {
    ADD_FAILURE() << outcome.error().message;
    return {};
  }
  auto* one = std::get_if<mcp::Reply>(&*outcome);
  if (one == nullptr) {
    ADD_FAILURE() << "no reply";
    return {};
  }
  return std::move(*one);
}

std::string LogTools::say(const mcp::Tool& tool, Json arguments) {
  auto outcome = call(tool, std::move(arguments));
  if (!outcome) return outcome.error().message;
  const auto* one = std::get_if<mcp::Reply>(&*outcome);
  return one == nullptr ? "no reply" : one->speech;
}

Errc LogTools::failure(const mcp::Tool& tool, Json arguments) {
  const auto outcome = call(tool, std::move(arguments));
  return outcome ? Errc::internal : outcome.error().code;
}

std::string LogTools::confirm(const std::string& said) {
  const auto at = said.find(language() == Language::zh ? "确认请说" : "confirm");
  const auto code = at == std::string::npos ? std::nullopt : approval::read_code(said.substr(at));
  if (!code) return "no code in: " + said;
  return say(confirm_plan_tool(
                 {.approver = approval.approver, .callers = callers, .executors = executors}),
             {{"code", *code}});
}

}  // namespace mtc::services
