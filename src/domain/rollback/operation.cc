#include "domain/rollback/operation.h"

#include "domain/clusters/object.h"

namespace mtc::rollback {

bool is_over(StepState state) {
  switch (state) {
    case StepState::waiting:
    case StepState::planned:
    case StepState::acting:
    case StepState::verifying:
    case StepState::worse:
    case StepState::restoring:
      return false;
    case StepState::skipped:
    case StepState::good:
    case StepState::no_better:
    case StepState::undone:
    case StepState::refused:
    case StepState::unclear:
      return true;
  }
  return true;
}

std::string target_name(const Target& target) {
  return clusters::target_name(target.cluster_id, target.object);
}

}  // namespace mtc::rollback
