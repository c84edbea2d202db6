#include "mcp/tasks/task_store_in_memory.h"

#include "mcp/tasks/task_store_contract.h"

namespace mtc::mcp {
namespace {

struct InMemory {
  TaskStore& store() { return tasks; }
  TaskStore& other() { return tasks; }
  TaskStoreInMemory tasks;
};

INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, TaskStoreContract, InMemory);

}  // namespace
}  // namespace mtc::mcp
