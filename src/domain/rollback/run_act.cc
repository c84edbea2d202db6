// A step being done, for the first time or again after a crash.
#include "domain/rollback/operation_run.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/run_words.h"

namespace mtc::rollback {

// Somebody who stopped it wants nothing more done: what may have been done is looked at.
Async<Result<>> OperationRun::resume_acting(std::size_t index) {
  if (!operation_.cancel_asked) co_return co_await act(index);
  const Step stopped = step(index);
  const auto traces = co_await ports_.surgeon.traces_of(stopped);
  if (!traces) co_return fail(traces.error());
  if (*traces == Traces::none) {
    step(index).state = StepState::skipped;
    step(index).reason = words::cancelled(language());
    step(index).started.reset();
    (void)co_await note(audit::Event::cancelled, &stopped, words::cancelled(language()), {});
    co_return co_await save();
  }
  step(index).state = StepState::verifying;
  step(index).started = now();
  co_return co_await save();
}

Async<Result<>> OperationRun::act(std::size_t index) {
  const Step acting = step(index);
  const auto attempt = [this, &acting] { return ports_.surgeon.act(scene_, acting); };
  auto result = co_await patiently<clusters::ChangeResult>(attempt);
  // Nobody knows whether it was done: a second time finds it done, or does it.
  if (result && result->failed) {
    auto again = co_await patiently<clusters::ChangeResult>(attempt);
    if (again) result = std::move(again);
  }
  if (result) co_return co_await acted(index, std::move(*result));
  if (result.error().code == Errc::cancelled) co_return fail(std::move(result).error());
  co_return co_await could_not_act(index, std::move(result).error());
}

Async<Result<>> OperationRun::acted(std::size_t index, clusters::ChangeResult result) {
  const Step done = step(index);
  const auto event = result.failed ? audit::Event::failed : audit::Event::done;
  (void)co_await note(event, &done, result.speech, {{"result", result.data}}, {}, result.after);
  step(index).state = StepState::verifying;
  step(index).started = now();
  co_return co_await save();
}

Async<Result<>> OperationRun::could_not_act(std::size_t index, Error error) {
  const Step acting = step(index);
  const auto traces = co_await ports_.surgeon.traces_of(acting);
  const bool nothing_done =
      traces && (*traces == Traces::none || (*traces == Traces::begun && !is_passing(error)));
  step(index).state = nothing_done ? StepState::refused : StepState::unclear;
  step(index).reason = words::why_failed(error, language());
  step(index).ended = now();
  const Step failed = step(index);
  (void)co_await note(audit::Event::failed, &failed, failed.reason, {});
  co_return co_await save();
}

}  // namespace mtc::rollback
