// Findings and diagnoses as the record of an operation keeps them.
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/json_members.h"

namespace mtc::rollback {

Json to_json(const Findings& findings) {
  Json out{{"health", to_json(findings.health)},
           {"bad_nodes", findings.bad_nodes},
           {"has_previous_version", findings.has_previous_version},
           {"newest_version_sick", findings.newest_version_sick},
           {"oldest_version_sick", findings.oldest_version_sick},
           {"changed_configs", findings.changed_configs},
           {"missing_configs", findings.missing_configs},
           {"release_changed", findings.release_changed},
           {"someone_rolling", findings.someone_rolling},
           {"paused", findings.paused},
           {"as_when_well", findings.as_when_well},
           {"noisy", findings.noisy},
           {"failing_dependencies", findings.failing_dependencies},
           {"can_scale", findings.can_scale}};
  put(out, "image_trouble", findings.image_trouble);
  put(out, "crashing", findings.crashing);
  put(out, "oom_killed", findings.oom_killed);
  put(out, "unschedulable", findings.unschedulable);
  put(out, "not_ready", findings.not_ready);
  put(out, "on_bad_nodes", findings.on_bad_nodes);
  put(out, "replaced_recently", findings.replaced_recently);
  if (!findings.someone.empty()) out["someone"] = findings.someone;
  put(out, "cpu_use", findings.cpu_use);
  put(out, "memory_use", findings.memory_use);
  put(out, "node_cpu_use", findings.node_cpu_use);
  put(out, "scaled_to", findings.scaled_to);
  put(out, "sick_pods", findings.sick_pods);
  put(out, "well_pods", findings.well_pods);
  return out;
}

Json to_json(const Diagnosis& diagnosis) {
  Json rungs = Json::array();
  for (const auto& opinion : diagnosis.rungs) {
    rungs.push_back({{"rung", name_of(opinion.rung)},
                     {"fit", opinion.fit},
                     {"ruled_out", opinion.ruled_out},
                     {"reason", opinion.reason}});
  }
  Json out{{"trouble", name_of(diagnosis.trouble)},
           {"sure", diagnosis.sure},
           {"evidence", diagnosis.evidence},
           {"rungs", std::move(rungs)},
           {"act", diagnosis.act}};
  if (!diagnosis.why_not.empty()) out["why_not"] = diagnosis.why_not;
  return out;
}

}  // namespace mtc::rollback
