#include "domain/approval/risk.h"

#include <algorithm>
#include <array>

namespace mtc::approval {
namespace {

// By name; a test holds it to that.
constexpr std::array kTable{
    Risk{"apply_yaml", Tier::dangerous},
    Risk{"cluster_access", Tier::read},
    Risk{"compare_checkpoint", Tier::read},
    Risk{"count_logs", Tier::read},
    Risk{"create_alarm", Tier::change},
    Risk{"create_log_topic", Tier::change},
    Risk{"create_logset", Tier::change},
    Risk{"create_node_pool", Tier::dangerous},
    Risk{"create_scheduled_sql", Tier::change},
    Risk{"delete_alarm", Tier::dangerous},
    Risk{"delete_log_topic", Tier::irreversible},
    Risk{"delete_logset", Tier::irreversible},
    Risk{"delete_scheduled_sql", Tier::dangerous},
    Risk{"disable_log_rule", Tier::dangerous},
    Risk{"enable_log_rule", Tier::change},
    Risk{"explain_alert", Tier::read},
    Risk{"handle_alert", Tier::dangerous},
    Risk{"inspect_workload", Tier::read},
    Risk{"isolate_workload", Tier::dangerous},
    Risk{"list_alerts", Tier::read},
    Risk{"list_changes", Tier::read},
    Risk{"list_checkpoints", Tier::read},
    Risk{"list_clusters", Tier::read},
    Risk{"list_log_settings", Tier::read},
    Risk{"list_node_pools", Tier::read},
    Risk{"list_nodes", Tier::read},
    Risk{"list_workloads", Tier::read},
    Risk{"log_context", Tier::read},
    Risk{"name_workload", Tier::change},
    Risk{"renew_cluster_access", Tier::dangerous},
    Risk{"resize_node_pool", Tier::dangerous},
    Risk{"resource_usage", Tier::read},
    Risk{"restart_workload", Tier::dangerous},
    Risk{"restart_workload.pod", Tier::change},
    Risk{"roll_back", Tier::dangerous},
    Risk{"roll_back_release", Tier::dangerous},
    Risk{"rollback_history", Tier::read},
    Risk{"rollback_status", Tier::read},
    Risk{"scale_workload", Tier::dangerous},  // down, or to more than double
    Risk{"scale_workload.up", Tier::change},  // to at most double
    Risk{"search_logs", Tier::read},
    Risk{"set_broadcast", Tier::change},
    Risk{"silence_alerts", Tier::change},
    Risk{"stop_rollback", Tier::change},
    Risk{"undo_change", Tier::dangerous},
    Risk{"update_alert", Tier::change},
    Risk{"update_config.configmap", Tier::dangerous},
    Risk{"update_config.secret", Tier::dangerous},
    Risk{"view_dashboard", Tier::read},
};

}  // namespace

std::string_view name_of(Tier tier) {
  switch (tier) {
    case Tier::read:
      return "read";
    case Tier::change:
      return "change";
    case Tier::dangerous:
      return "dangerous";
    case Tier::irreversible:
      return "irreversible";
  }
  return "";
}

std::span<const Risk> risk_table() {
  return kTable;
}

Tier tier_of(std::string_view action) {
  const auto it = std::ranges::lower_bound(kTable, action, {}, &Risk::action);
  return it != kTable.end() && it->action == action ? it->tier : Tier::irreversible;
}

identity::Scope scope_of(Tier tier) {
  switch (tier) {
    case Tier::read:
      return identity::Scope::read;
    case Tier::change:
    case Tier::dangerous:
      return identity::Scope::operate;
    case Tier::irreversible:
      return identity::Scope::admin;
  }
  return identity::Scope::admin;
}

identity::Assurance assurance_of(Tier tier) {
  switch (tier) {
    case Tier::read:
      return identity::Assurance::device;
    case Tier::change:
    case Tier::dangerous:
      return identity::Assurance::voice;
    case Tier::irreversible:
      return identity::Assurance::strong;
  }
  return identity::Assurance::strong;
}

}  // namespace mtc::approval
