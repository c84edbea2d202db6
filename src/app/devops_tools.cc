#include "app/devops_tools.h"

#include "mcp/tool_family.h"
#include "services/devops/alert_tools.h"
#include "services/devops/checkpoint_tools.h"
#include "services/devops/rollback_tools.h"
#include "services/devops/set_broadcast_tool.h"

namespace mtc::app {
namespace {

const std::set<Profile> kReaders{Profile::full};
const std::set<Profile> kListeners{Profile::voice, Profile::device};

// Its members one by one, and all in one.
Result<> add(Offer& offer, mcp::ToolFamily family) {
  const Services devops{Service::devops};
  for (auto& member : family.members) {
    offer.tools.push_back({.item = member.tool, .services = devops, .profiles = kReaders});
    // Looking and changing are one tool here: what changes something, the approver and the desk
    // let through.
    member.tool.scope = "ops.read";
  }
  auto whole = mcp::make_tool_family(std::move(family));
  if (!whole) return fail(std::move(whole).error());
  offer.tools.push_back({.item = std::move(*whole), .services = devops, .profiles = kListeners});
  return {};
}

mcp::ToolFamily alert_family(const services::DevopsToolPorts& ports) {
  return {.name = "alerts",
          .title = "Alerts",
          .description =
              "Alerts (告警). list (有什么告警); explain (讲讲三号告警, 为什么六十分); update: "
              "acknowledge (我来处理), assign (交给李四), snooze, close, false alarm (误报); "
              "silence (静音, 维护窗口).",
          .members = {{.action = "list", .tool = services::list_alerts_tool(ports)},
                      {.action = "explain", .tool = services::explain_alert_tool(ports)},
                      {.action = "update", .tool = services::update_alert_tool(ports)},
                      {.action = "silence", .tool = services::silence_alerts_tool(ports)}}};
}

mcp::ToolFamily rollback_family(const services::DevopsToolPorts& ports) {
  return {.name = "rollback",
          .title = "Repair and roll back",
          .description =
              "Repair and roll back (回滚). handle (处理三号告警): repair what an alert is about; "
              "start (退到上一个版本); status (好了没); stop (停); history (回滚记录); checkpoints "
              "(备份点); compare (和现在有什么差别); restore (还原, 恢复到回滚前).",
          .members = {{.action = "handle", .tool = services::handle_alert_tool(ports)},
                      {.action = "start", .tool = services::start_rollback_tool(ports)},
                      {.action = "status", .tool = services::rollback_status_tool(ports)},
                      {.action = "stop", .tool = services::stop_rollback_tool(ports)},
                      {.action = "history", .tool = services::rollback_history_tool(ports)},
                      {.action = "checkpoints", .tool = services::list_checkpoints_tool(ports)},
                      {.action = "compare", .tool = services::compare_checkpoint_tool(ports)},
                      {.action = "restore", .tool = services::restore_checkpoint_tool(ports)}}};
}

}  // namespace

Result<> add_devops_tools(Offer& offer, services::ChangeExecutors& executors,
                          const services::DevopsToolPorts& ports) {
  for (auto family : {alert_family(ports), rollback_family(ports)}) {
    if (auto added = add(offer, std::move(family)); !added) return added;
  }
  offer.tools.push_back(
      {.item = services::set_broadcast_tool(ports), .services = {Service::devops}});
  executors.insert_or_assign("handle_alert", services::handle_alert_executor(ports));
  executors.insert_or_assign("roll_back", services::start_rollback_executor(ports));
  return {};
}

}  // namespace mtc::app
