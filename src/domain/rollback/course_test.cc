#include "domain/rollback/course.h"

#include <gtest/gtest.h>

namespace mtc::rollback {
namespace {

using enum StepState;

const Health kSick{.wanted = 3, .ready = 0};
const Health kHalf{.wanted = 3, .ready = 2};

Step step(Rung rung, StepState state) {
  Step out{.rung = rung, .state = state};
  if (state != waiting && state != skipped) out.checkpoint = "c";
  return out;
}

Operation operation(std::vector<Step> steps) {
  Operation out;
  out.steps = std::move(steps);
  return out;
}

TEST(Course, FollowsTheRecord) {
  const Step person = step(Rung::person, waiting);
  const struct {
    const char* name;
    std::vector<Step> steps;
    Move move;
    std::size_t step;
  } cases[] = {
      {"the first that waits", {step(Rung::restart, waiting), person}, Move::prepare, 0},
      {"skipped ones are passed over",
       {step(Rung::restart, skipped), step(Rung::scale_out, waiting), person},
       Move::prepare,
       1},
      {"what was only planned is planned anew",
       {step(Rung::restart, planned), person},
       Move::prepare,
       0},
      {"what was being done is done", {step(Rung::restart, acting), person}, Move::act, 0},
      {"what is done is looked at", {step(Rung::restart, verifying), person}, Move::verify, 0},
      {"worse is taken back", {step(Rung::scale_out, worse), person}, Move::take_back, 0},
      {"and gone on with", {step(Rung::scale_out, restoring), person}, Move::take_back, 0},
      {"no better: the next",
       {step(Rung::restart, no_better), step(Rung::previous_version, waiting), person},
       Move::prepare,
       1},
      {"undone: the next",
       {step(Rung::scale_out, undone), step(Rung::previous_version, waiting), person},
       Move::prepare,
       1},
      {"good: the end",
       {step(Rung::restart, good), step(Rung::previous_version, waiting), person},
       Move::end,
       0},
      {"refused: the end",
       {step(Rung::restart, refused), step(Rung::previous_version, waiting), person},
       Move::end,
       0},
      {"unclear: the end",
       {step(Rung::restart, unclear), step(Rung::previous_version, waiting), person},
       Move::end,
       0},
      {"a restart leaves nothing to take back",
       {step(Rung::restart, no_better), person},
       Move::end,
       0},
      {"in vain: taken back, last first",
       {step(Rung::scale_out, no_better), step(Rung::previous_version, no_better), person},
       Move::take_back,
       1},
      {"and then the one before it",
       {step(Rung::scale_out, no_better), step(Rung::previous_version, undone), person},
       Move::take_back,
       0},
      {"what a person asked for stays", {step(Rung::scale_out, no_better)}, Move::end, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Next next = next_of(operation(c.steps));
    EXPECT_EQ(next.move, c.move);
    if (c.move != Move::end) EXPECT_EQ(next.step, c.step);
  }
}

TEST(Course, WhatMadeItBetterStays) {
  auto half = step(Rung::scale_out, no_better);
  half.before = kSick;
  half.after = kHalf;
  EXPECT_EQ(next_of(operation({half, step(Rung::person, waiting)})).move, Move::end);
}

TEST(Course, StoppedNothingNewIsBegun) {
  const struct {
    StepState state;
    Move move;
  } cases[] = {
      {waiting, Move::end},      {planned, Move::end},     {acting, Move::act},
      {verifying, Move::verify}, {worse, Move::take_back}, {restoring, Move::take_back},
      {no_better, Move::end},    {undone, Move::end},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(name_of(c.state));
    Operation stopped =
        operation({step(Rung::scale_out, c.state), step(Rung::previous_version, waiting),
                   step(Rung::person, waiting)});
    stopped.cancel_asked = true;
    EXPECT_EQ(next_of(stopped).move, c.move);
    EXPECT_EQ(outcome_of(stopped), OperationState::cancelled);
  }
}

TEST(Course, SaysWhatItCameTo) {
  const Step person = step(Rung::person, waiting);
  EXPECT_EQ(outcome_of(operation({step(Rung::restart, good), person})), OperationState::recovered);
  EXPECT_EQ(outcome_of(operation({step(Rung::restart, skipped), step(Rung::person, skipped)})),
            OperationState::recovered)
      << "it got well alone";
  EXPECT_EQ(outcome_of(operation({step(Rung::scale_out, undone), person})),
            OperationState::handed_over);
  EXPECT_EQ(outcome_of(operation({step(Rung::scale_out, undone)})), OperationState::undone);
  EXPECT_EQ(outcome_of(operation({step(Rung::restart, refused), person})),
            OperationState::handed_over);
}

}  // namespace
}  // namespace mtc::rollback
