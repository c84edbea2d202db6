// Operations that are forgotten with the process: for tests that want to see what was stored.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/rollback/operation.h"

namespace mtc::rollback {

class MemoryOperationStore final : public OperationStore {
 public:
  Async<Result<std::optional<Operation>>> begin(Operation operation, std::string holder,
                                                TimePoint until) override;
  Async<Result<Operation>> save(Operation operation, std::string holder, TimePoint until) override;
  Async<Result<std::vector<Operation>>> adopt(std::string holder, TimePoint now,
                                              TimePoint until) override;
  Async<Result<std::optional<Operation>>> find(std::string id) override;
  Async<Result<std::optional<Operation>>> find_number(alerts::Account account,
                                                      std::int64_t number) override;
  Async<Result<std::vector<Operation>>> list(alerts::Account account,
                                             OperationFilter filter) override;
  Async<Result<bool>> ask_cancel(std::string id, std::string by) override;
  Async<Result<std::int64_t>> count(alerts::Account account, std::string target,
                                    TimePoint since) override;
  Async<Result<int>> forget(TimePoint ended_before) override;

  struct Kept {
    Operation operation;
    std::string holder;
    TimePoint until{};
  };
  std::vector<Kept> kept;  // oldest first
  // What became of them, in the order of their saves: "running: restart planned" …
  std::vector<std::string> transitions;

 private:
  Kept* find_kept(const std::string& id);

  std::map<alerts::Account, std::int64_t> last_numbers_;
};

}  // namespace mtc::rollback
