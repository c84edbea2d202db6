#include "mcp/task_methods.h"

#include "mcp/conversation.h"
#include "mcp/render.h"
#include "mcp/scopes.h"

namespace mtc::mcp {
namespace {

Answer failed(const Request& request, const Error& error) {
  const bool unknown = error.code == Errc::not_found || error.code == Errc::invalid_argument;
  return error_answer(
      request.id(), unknown ? rpc::kInvalidParams : rpc::kInternalError,
      error.code == Errc::not_found ? "There is no such task (any more)" : describe_failure(error));
}

}  // namespace

bool TaskMethods::serves(std::string_view method) const {
  return tasks_ != nullptr &&
         (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel");
}

Async<Answer> TaskMethods::handle(Request& request) const {
  if (!request.client.tasks) {
    co_return missing_capability_answer(request.id(),
                                        {{"extensions", {{kTasksExtension, Json::object()}}}});
  }
  const auto& params = request.params();
  const auto given = params.find("taskId");
  if (given == params.end() || !given->is_string()) {
    co_return error_answer(request.id(), rpc::kInvalidParams, R"("taskId" must be a string)");
  }
  auto task = co_await tasks_->find(given->get<std::string>(), request.principal.subject);
  if (!task) co_return failed(request, task.error());
  const Tool* tool = tools_.find(task->tool);
  if (tool == nullptr) {  // nobody can tell who may see it
    co_return failed(request, {.code = Errc::not_found, .message = {}});
  }
  if (!may_use(options_, request.principal, tool->scope)) {
    co_return scope_answer(request.id(), tool->name, tool->scope);
  }
  co_return co_await handle_known(request, std::move(*task));
}

Async<Answer> TaskMethods::handle_known(Request& request, Task task) const {
  if (request.message.method == "tasks/get") {
    co_return results_.complete(request, members_of(describe_task(task, tasks_->poll_interval())));
  }
  const auto subject = request.principal.subject;
  Result<> done;
  if (request.message.method == "tasks/cancel") {
    done = co_await tasks_->cancel(task.id, subject);
  } else {
    auto answers = read_answers(request.params());
    if (!answers) co_return failed(request, answers.error());
    done = co_await tasks_->answer(task.id, subject, std::move(*answers));
  }
  if (!done) co_return failed(request, done.error());
  co_return results_.complete(request, {});
}

}  // namespace mtc::mcp
