// Long tool calls that clients look after themselves: the Tasks extension of 2026-07-28
// (io.modelcontextprotocol/tasks), and for everybody else a number to ask about.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/call_context.h"

namespace mtc::mcp {

enum class TaskStatus { working, input_required, completed, failed, cancelled };

constexpr bool is_final(TaskStatus status) {
  return status != TaskStatus::working && status != TaskStatus::input_required;
}
std::string_view name_of(TaskStatus status);
std::optional<TaskStatus> parse_task_status(std::string_view name);

struct Task {
  std::string id;           // 256 bits, unguessable
  std::int64_t number = 0;  // counts from 1 for each subject: for the ear
  std::string tool;
  Json arguments = Json::object();
  Principal principal;
  std::string client_name;
  bool voice = false;
  ClientCapabilities client{};
  bool can_ask = false;  // it may be asked, and knows how to answer a task

  TaskStatus status = TaskStatus::working;
  std::string message;
  TimePoint created;
  TimePoint updated;
  Millis ttl{0};  // from `created`; then it is forgotten

  Json state = nullptr;                     // what the handler kept to go on from
  int restarts = 0;                         // by other processes, since it last kept something
  std::map<std::string, Json> asked;        // {"method","params"} of open questions, by their key
  std::map<std::string, std::string> keys;  // the handler's key of every question ever asked
  Answers answers;  // to the questions of the last round, by the handler's key

  Json result = nullptr;  // of `completed`: as tools/call of 2026-07-28 would have answered
  Json error = nullptr;   // of `failed`: {"code","message"}

  std::int64_t version = 0;  // of the stored row
  friend bool operator==(const Task&, const Task&) = default;
};

// A task as tasks/get shows it, without resultType.
Json describe_task(const Task& task, Millis poll_interval);

// All of them Errc::not_found unless there is such a task of that subject.
class Tasks {
 public:
  virtual ~Tasks() = default;

  struct Request {
    std::string tool;
    Json arguments;
    CallContext context;
    std::string message;
  };
  // The task is stored when this returns, and under way.
  virtual Async<Result<Task>> start(Request request) = 0;
  virtual Async<Result<Task>> find(std::string id, std::string subject) = 0;
  // Answers to open questions; others are ignored.
  virtual Async<Result<>> answer(std::string id, std::string subject, Answers answers) = 0;
  // Nothing happens to one that has ended.
  virtual Async<Result<>> cancel(std::string id, std::string subject) = 0;
  // The newest first.
  virtual Async<Result<std::vector<Task>>> list(std::string subject, int limit) = 0;
  // The task when it is no longer `working`, or as it is after `patience`.
  virtual Async<Result<Task>> wait(std::string id, std::string subject, Millis patience) = 0;

  virtual Millis poll_interval() const = 0;
};

}  // namespace mtc::mcp
