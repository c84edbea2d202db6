#include "mcp/tool_calls.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/text.h"
#include "mcp/call_safely.h"
#include "mcp/older_result.h"
#include "mcp/paging.h"
#include "mcp/render.h"
#include "mcp/request_link.h"
#include "mcp/scopes.h"

namespace mtc::mcp {
namespace {

Result<Reply> reply_of(Result<Outcome> outcome) {
  if (!outcome) return fail(std::move(outcome).error());
  return std::get<Reply>(std::move(*outcome));
}

// What the task's call has answered, as far as a renderer wants it.
Reply reply_of(const Task& task) {
  Reply reply;
  for (const auto& content : array_or_empty(task.result, "content")) {
    if (reply.speech.empty()) reply.speech = string_or(content, "text");
  }
  reply.data = object_or_empty(task.result, "structuredContent");
  reply.is_error = bool_or(task.result, "isError");
  return reply;
}

// However the request ends: a handler that lives on must not reach for its outlet.
class Closing {
 public:
  explicit Closing(RequestLink* link) : link_(link) {}
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  ~Closing() {
    if (link_ != nullptr) link_->close();
  }

 private:
  RequestLink* const link_;  // null: nobody listens
};

bool wants_task(const Request& request) {
  return request.modern() && request.client.tasks;
}

}  // namespace

ToolCalls::ToolCalls(const ToolRegistry& tools, const ServerOptions& options,
                     const ServerParts& parts, const Results& results,
                     const Conversation& conversation)
    : tools_(tools),
      options_(options),
      tasks_(parts.tasks),
      results_(results),
      conversation_(conversation) {}

Answer ToolCalls::list(const Request& request) const {
  const auto count = tools_.all().size();
  const auto cursor = cursor_in(request.params());
  if (count <= options_.page_size && cursor && cursor->empty()) {
    return results_.list(request, "tools", tools_.catalogue(request.revision), {}, true);
  }
  const auto page = page_at(cursor, count, options_.page_size, fmt::format("tools{}", count));
  if (!page) {
    return invalid_params(request.id(), "Unknown cursor; begin again without one");
  }
  auto entries =
      std::make_shared<const std::string>(tools_.entries(request.revision, page->begin, page->end));
  return results_.list(request, "tools", std::move(entries), page->next_cursor, true);
}

Async<Answer> ToolCalls::call(Request& request) const {
  const auto invalid = [&](std::string why) {
    return invalid_params(request.id(), std::move(why));
  };
  const auto name = request.params().find("name");
  if (name == request.params().end() || !name->is_string()) {
    co_return invalid(R"("name" must be a string)");
  }
  const Tool* tool = tools_.find(name->get_ref<const std::string&>());
  if (tool == nullptr) {
    co_return invalid(fmt::format("Unknown tool: {}; tools/list names those there are",
                                  shorten_bytes(name->get_ref<const std::string&>(), 80)));
  }
  const auto given = request.message.params.find("arguments");
  const bool bare = given == request.message.params.end() || given->is_null();
  if (!bare && !given->is_object()) co_return invalid(R"("arguments" must be an object)");
  if (!may_use(options_, request.principal, tool->scope)) {
    auto refused = answer(
        request, *tool,
        fail(Errc::denied, fmt::format("{} needs the permission \"{}\"", tool->name, tool->scope)));
    refused.missing_scope = tool->scope;
    co_return refused;
  }
  if (tasks_ != nullptr && tool->task == TaskUse::required && request.modern() &&
      !wants_task(request) && !options_.say_started) {
    co_return missing_capability_answer(request.id(),
                                        {{"extensions", {{kTasksExtension, Json::object()}}}});
  }
  std::shared_ptr<RequestLink> link;
  if (request.outlet != nullptr) link = std::make_shared<RequestLink>(request);
  const Closing closing(link.get());
  auto context = conversation_.context_of(request, link);
  if (auto refused = co_await conversation_.take_answers(request, context)) {
    co_return std::move(*refused);
  }
  Json arguments = Json::object();
  if (!bare && tool->only_answers) {
    arguments = std::move(*given);
  } else if (!bare) {  // a state that the tool asks us to keep is bound to them
    arguments = *given;
  }
  co_return co_await converse(request, *tool, std::move(arguments), std::move(context));
}

Async<Answer> ToolCalls::converse(const Request& request, const Tool& tool, Json arguments,
                                  CallContext context) const {
  if (tool.only_answers) {  // most are: nothing has to be kept for a second round
    auto outcome = co_await call_safely(tool, std::move(arguments), request.peer.arguments,
                                        std::move(context));
    co_return answer(request, tool, reply_of(std::move(outcome)));
  }
  for (int round = 0;; ++round) {
    auto outcome = co_await call_safely(tool, arguments, request.peer.arguments, context);
    if (outcome && std::holds_alternative<LongWork>(*outcome) && !context.background) {
      auto& work = std::get<LongWork>(*outcome);
      auto begun = co_await begin_task(request, tool, arguments, context, work);
      if (begun) co_return std::move(*begun);
      context.background = true;
      context.state = std::move(work.state);
      continue;
    }
    if (!outcome || std::holds_alternative<Reply>(*outcome)) {
      co_return answer(request, tool, reply_of(std::move(outcome)));
    }
    if (std::holds_alternative<LongWork>(*outcome) || round == Conversation::kMaxRounds) {
      spdlog::error("mcp: tool {} does not come to an end", tool.name);
      co_return answer(request, tool, fail(Errc::internal, tool.name + " did not come to an end"));
    }
    auto& need = std::get<NeedInput>(*outcome);
    if (request.modern()) {
      auto asked = conversation_.ask_by_result(request, std::move(need), context);
      if (asked) co_return std::move(*asked);
      continue;
    }
    auto asked = co_await conversation_.ask_by_request(request, std::move(need), context);
    if (!asked) co_return answer(request, tool, fail(std::move(asked).error()));
  }
}

// Nullopt where there are no tasks: the call itself then does the work.
Async<std::optional<Answer>> ToolCalls::begin_task(const Request& request, const Tool& tool,
                                                   const Json& arguments,
                                                   const CallContext& context,
                                                   const LongWork& work) const {
  if (tasks_ == nullptr || (!wants_task(request) && !options_.say_started)) {
    co_return std::nullopt;
  }
  Tasks::Request task{
      .tool = tool.name, .arguments = arguments, .context = context, .message = work.message};
  task.context.state = work.state;
  task.context.link = nullptr;
  auto begun = co_await tasks_->start(std::move(task));
  if (!begun) co_return answer(request, tool, fail(std::move(begun).error()));
  if (!wants_task(request)) {
    co_return co_await hand_over(request, tool, std::move(*begun), context);
  }
  auto view = describe_task(*begun, tasks_->poll_interval());
  for (const auto* member : {"result", "error", "inputRequests"}) view.erase(member);
  co_return results_.of_type(request, "task", members_of(view));
}

// Quick work is answered as if there were no task; of the rest the client is told how to ask.
Async<Answer> ToolCalls::hand_over(const Request& request, const Tool& tool, Task task,
                                   const CallContext& context) const {
  const auto patience = context.voice ? options_.voice_task_patience : options_.task_patience;
  if (auto later = co_await tasks_->wait(task.id, task.principal.subject, patience)) {
    task = std::move(*later);
  }
  switch (task.status) {
    case TaskStatus::completed:
      if (request.peer.render) co_return answer(request, tool, reply_of(task));
      co_return results_.complete(
          request, members_of(older_result(std::move(task.result), request.revision)));
    case TaskStatus::failed:
      co_return answer(request, tool,
                       fail(Errc::internal, string_or(task.error, "message", "The task failed")));
    case TaskStatus::cancelled:
      co_return answer(request, tool, fail(Errc::cancelled, "The task was cancelled"));
    case TaskStatus::working:
    case TaskStatus::input_required:
      break;
  }
  co_return answer(request, tool, co_await options_.say_started(std::move(task), context));
}

Answer ToolCalls::answer(const Request& request, const Tool& tool,
                         const Result<Reply>& reply) const {
  if (request.peer.render) {
    const Json result = request.peer.render(reply);
    return results_.complete(request, result.empty() ? R"("content":[])" : members_of(result));
  }
  return results_.complete(request, reply ? render_reply(*reply, tool, request.revision)
                                          : render_failure(describe_failure(reply.error())));
}

}  // namespace mtc::mcp
