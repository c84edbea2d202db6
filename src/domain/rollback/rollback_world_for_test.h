// The world of rollback_world.h, and running things in it to their end.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/rollback/rollback_world.h"
#include "infra/loop/run.h"

namespace mtc::rollback {

class RollbackTest : public ::testing::Test, protected RollbackWorld {
 protected:
  Result<std::optional<Operation>> begin(Trigger trigger = Trigger::urgent, double score = 95) {
    settle();
    return run(runner().begin(request(trigger, score)));
  }
  // Begun and run to its end; what it came to.
  Operation repair(Trigger trigger = Trigger::urgent, double score = 95) {
    auto begun = begin(trigger, score);
    EXPECT_TRUE(begun) << begun.error().message;
    if (!begun || !*begun) return {};
    return finish(**begun);
  }
  Operation finish(Operation operation) {
    auto ended = run(runner().run(std::move(operation)));
    EXPECT_TRUE(ended) << ended.error().message;
    return ended.value_or(Operation{});
  }
};

}  // namespace mtc::rollback
