#include "domain/rollback/runner.h"

#include "domain/rollback/operation_run.h"
#include "domain/rollback/run_audit.h"

namespace mtc::rollback {

Async<Result<Operation>> Runner::run(Operation operation, Told told) {
  OperationRun one(ports_, rules_, options_, std::move(operation), std::move(told));
  co_return co_await one.run();
}

Async<Result<std::vector<Operation>>> Runner::adopt() {
  const TimePoint now = ports_.clock.now();
  co_return co_await ports_.operations.adopt(options_.holder, now, now + options_.lease);
}

Async<Result<bool>> Runner::cancel(std::string operation_id, std::string by) {
  auto asked = co_await ports_.operations.ask_cancel(operation_id, by);
  if (!asked || !*asked) co_return asked;
  const auto operation = co_await ports_.operations.find(operation_id);
  if (!operation || !*operation) co_return true;
  identity::User who;
  if (auto user = co_await ports_.people.find((*operation)->user)) who = std::move(*user);
  auto entry = entry_of(**operation, who, audit::Event::cancelled, nullptr, (*operation)->title, {},
                        ports_.clock.now());
  entry.actor = std::move(by);
  (void)co_await ports_.log.append(std::move(entry));  // stopped is stopped, noted or not
  co_return true;
}

}  // namespace mtc::rollback
