// What comes next in an operation, read from its record alone: so a process that takes it over
// after a crash goes the way the first would have gone. Pure.
#pragma once

#include <cstddef>

#include "domain/rollback/operation.h"

namespace mtc::rollback {

enum class Move {
  prepare,    // look, guard, plan, and begin that step
  act,        // it was being done
  verify,     // it is done: look at it
  take_back,  // it has to be taken back, or that was being done
  end,
};
struct Next {
  Move move = Move::end;
  std::size_t step = 0;  // index
};

// A step that is under way is brought to its end first, also when somebody asked to stop. Where the
// ladder ends without a cure, what it changed in vain is taken back, last first, so that nothing
// stays needlessly changed; what has made it better stays, and so does what a person asked for by
// name. After a refusal or where nobody knows what came of a step nothing more is touched.
Next next_of(const Operation& operation);

// What an operation has come to, when next_of() says end.
OperationState outcome_of(const Operation& operation);

// A person asked for one step by name: then there is no ladder, and nobody at its end.
bool is_single(const Operation& operation);
// It got well while nothing of ours was at work: the rest was not needed, nor a person.
bool got_well_alone(const Operation& operation);
// Looks and all: the step left it better than it was, if not well.
bool made_it_better(const Step& step);
// Something of it may still be at work in the cluster.
bool is_under_way(StepState state);

}  // namespace mtc::rollback
