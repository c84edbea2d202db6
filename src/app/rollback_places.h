// From the target of a rollback to its cluster, opened.
#pragma once

#include "domain/rollback/ports.h"
#include "services/common/change_places.h"

namespace mtc::app {

class RollbackPlaces final : public rollback::Places {
 public:
  explicit RollbackPlaces(services::ChangePlaces& places) : places_(places) {}
  Async<Result<clusters::Scene>> open(identity::User user, rollback::Target target) override {
    co_return co_await places_.open(std::move(user), {.name = std::move(target.cluster_id),
                                                      .region = std::move(target.region)});
  }

 private:
  services::ChangePlaces& places_;
};

}  // namespace mtc::app
