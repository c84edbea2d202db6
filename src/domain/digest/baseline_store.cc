#include "domain/digest/baseline_store.h"

namespace mtc::digest {

Async<Result<History>> load_history(BaselineStore& store, std::string scope,
                                    std::chrono::year_month_day day) {
  using std::chrono::days;
  const std::chrono::sys_days today(day);
  auto before = co_await store.days(scope, today - days(28), today - days(1));
  if (!before) co_return fail(std::move(before).error());
  History history = compare_with(*before, day);
  auto known = co_await store.known_templates(scope, day);
  if (!known) co_return fail(std::move(known).error());
  if (!before->empty() || !known->empty()) history.known_templates = std::move(*known);
  co_return history;
}

}  // namespace mtc::digest
