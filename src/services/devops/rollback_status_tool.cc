#include "services/common/app_pages.h"
#include "services/devops/alert_tools.h"
#include "services/devops/rollback_run.h"
#include "services/devops/rollback_tools.h"

namespace mtc::services {
namespace {

struct StatusArgs {
  std::string rollback_id, service;
  std::optional<std::int64_t> number;
};

Async<Result<mcp::Reply>> tell(DevopsToolPorts ports, StatusArgs args, DevopsCaller caller) {
  auto operation = co_await choose_operation(
      std::move(ports), {.id = args.rollback_id, .number = args.number, .service = args.service},
      caller);
  if (!operation) co_return fail(std::move(operation).error());
  co_return reply_about(*operation, caller);
}

}  // namespace

mcp::Tool rollback_status_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<StatusArgs>(
      {.name = "rollback_status",
       .title = "How a rollback goes",
       .description =
           "Tell how a rollback goes or went, the newest if none is named (回滚到哪一步了, "
           "好了没).",
       .hints = kLooksAtRecords,
       .scope = "ops.read",
       .fields = {field("service", &StatusArgs::service, "Service as said",
                        {.required = false, .max_length = 200}),
                  field("number", &StatusArgs::number, "Its number as it was told", {.minimum = 1}),
                  field("rollback_id", &StatusArgs::rollback_id, "Its id",
                        {.required = false, .max_length = 100})},
       .output_schema = rollback_answer_schema(),
       .meta = shown_on(kRollbackPage),
       .handler = [ports](StatusArgs args, mcp::CallContext context) {
         return answer_caller<StatusArgs>(ports, std::move(args), std::move(context), tell);
       }});
}

}  // namespace mtc::services
