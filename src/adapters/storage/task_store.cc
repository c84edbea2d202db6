#include "adapters/storage/task_store.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/sql.h"
#include "mcp/tasks/task_document.h"

namespace mtc::storage {

using mcp::StoredTask;
using mcp::Task;
using mcp::TaskLease;

namespace {

// The document says all of a task; the other columns are there to be searched.
struct TaskRow {
  static constexpr const char* kColumns = "number, version, holder, held_until, document";

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(number));
    statement.exchange(soci::into(version));
    statement.exchange(soci::into(holder));
    statement.exchange(soci::into(held_until));
    statement.exchange(soci::into(document));
  }

  Result<StoredTask> task() const {
    const auto json = parse_json(document, kMaxDepth);
    if (!json) return fail_in("stored task", json.error());
    auto task = mcp::task_from_json(*json);
    if (!task) return fail(std::move(task).error());
    task->version = version;
    return StoredTask{.task = std::move(*task),
                      .lease = {.holder = holder, .until = time_of(held_until)}};
  }

  // What came in through parse_json() lies a few levels deeper in here.
  static constexpr int kMaxDepth = 80;

  long long number = 0;
  long long version = 0;
  std::string holder;
  long long held_until = 0;
  std::string document;
};

Result<StoredTask> read_task(soci::session& session, const std::string& id) {
  TaskRow row;
  soci::statement query(session);
  row.bind(query);
  query.exchange(soci::use(id));
  start(query, fmt::format("SELECT {} FROM tasks WHERE id = :id", TaskRow::kColumns));
  if (!query.fetch()) return fail(mcp::no_such_task());
  return row.task();
}

int count_open(soci::session& session, const std::string& subject, TimePoint now) {
  const long long moment = millis_of(now);
  int open = 0;
  session << "SELECT count(*) FROM tasks WHERE subject = :subject AND expires > :now "
             "AND status IN ('working', 'input_required')",
      soci::into(open), soci::use(subject), soci::use(moment);
  return open;
}

long long next_number(soci::session& session, const std::string& subject) {
  long long highest = 0;
  session << "SELECT coalesce(max(number), 0) FROM tasks WHERE subject = :subject",
      soci::into(highest), soci::use(subject);
  return highest + 1;
}

void insert(soci::session& session, const Task& task, const TaskLease& lease) {
  const long long number = task.number;
  const std::string status(mcp::name_of(task.status));
  const long long version = task.version;
  const long long expires = millis_of(mcp::expiry_of(task));
  const long long until = millis_of(lease.until);
  const std::string document = dump_json(mcp::to_json(task));
  session << "INSERT INTO tasks (id, subject, number, status, version, expires, holder, "
             "held_until, document) VALUES (:id, :subject, :number, :status, :version, :expires, "
             ":holder, :until, :document)",
      soci::use(task.id), soci::use(task.principal.subject), soci::use(number), soci::use(status),
      soci::use(version), soci::use(expires), soci::use(lease.holder), soci::use(until),
      soci::use(document);
}

// Whether that version was still there.
bool update(soci::session& session, const Task& task, const TaskLease& lease) {
  const std::string status(mcp::name_of(task.status));
  const long long version = task.version;
  const long long until = millis_of(lease.until);
  const std::string document = dump_json(mcp::to_json(task));
  soci::statement write =
      (session.prepare << "UPDATE tasks SET status = :status, version = version + 1, "
                          "holder = :holder, held_until = :until, document = :document "
                          "WHERE id = :id AND version = :version",
       soci::use(status), soci::use(lease.holder), soci::use(until), soci::use(document),
       soci::use(task.id), soci::use(version));
  write.execute(true);
  return write.get_affected_rows() == 1;
}

// The id of the task that has waited longest for somebody, or "".
std::string longest_waiting(soci::session& session, TimePoint now) {
  const long long moment = millis_of(now);
  std::string id;
  session << "SELECT id FROM tasks WHERE status = 'working' AND expires > :now "
             "AND (holder = '' OR held_until <= :now2) ORDER BY held_until, id LIMIT 1",
      soci::into(id), soci::use(moment), soci::use(moment);
  return session.got_data() ? id : "";
}

Result<std::optional<Task>> take(soci::session& session, Task task, const TaskLease& lease) {
  if (!update(session, task, lease)) return fail(mcp::task_has_changed());
  ++task.version;
  return std::move(task);
}

}  // namespace

Async<Result<Task>> SqlTaskStore::create(Task task, TaskLease lease, int max_open) {
  return database_.transaction<Task>([task = std::move(task), lease = std::move(lease),
                                      max_open](soci::session& session) -> Result<Task> {
    const auto& subject = task.principal.subject;
    const int open = count_open(session, subject, task.created);
    if (open >= max_open) return fail(mcp::too_many_tasks(open));
    Task created = task;
    created.number = next_number(session, subject);
    created.version = 1;
    insert(session, created, lease);
    return created;
  });
}

Async<Result<StoredTask>> SqlTaskStore::find(std::string id) {
  return database_.run<StoredTask>(
      [id = std::move(id)](soci::session& session) { return read_task(session, id); });
}

Async<Result<Task>> SqlTaskStore::replace(Task task, TaskLease lease) {
  return database_.transaction<Task>(
      [task = std::move(task), lease = std::move(lease)](soci::session& session) -> Result<Task> {
        if (!update(session, task, lease)) {
          const auto stored = read_task(session, task.id);
          return fail(stored ? mcp::task_has_changed() : stored.error());
        }
        Task written = task;
        ++written.version;
        return written;
      });
}

Async<Result<std::vector<StoredTask>>> SqlTaskStore::list(std::string subject, int limit) {
  using Tasks = std::vector<StoredTask>;
  return database_.run<Tasks>(
      [subject = std::move(subject), limit](soci::session& session) -> Result<Tasks> {
        const int most = std::max(limit, 0);  // SQLite takes -1 for all
        TaskRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(subject));
        query.exchange(soci::use(most));
        start(query, fmt::format("SELECT {} FROM tasks WHERE subject = :subject "
                                 "ORDER BY number DESC LIMIT :most",
                                 TaskRow::kColumns));
        Tasks tasks;
        while (query.fetch()) {
          auto task = row.task();
          if (task) {
            tasks.push_back(std::move(*task));
          } else {  // it must not hide the others
            spdlog::error("task {} of {} cannot be read: {}", row.number, subject,
                          task.error().message);
          }
        }
        return tasks;
      });
}

Async<Result<std::optional<Task>>> SqlTaskStore::take_over(TaskLease lease, TimePoint now) {
  using Taken = std::optional<Task>;
  // Looks before it asks for the write lock: mostly there is nothing.
  const auto waiting =
      co_await database_.run<std::string>([now](soci::session& session) -> Result<std::string> {
        return longest_waiting(session, now);
      });
  if (!waiting) co_return fail(waiting.error());
  if (waiting->empty()) co_return std::nullopt;
  co_return co_await database_.transaction<Taken>(
      [lease = std::move(lease), now](soci::session& session) -> Result<Taken> {
        for (;;) {
          const auto id = longest_waiting(session, now);
          if (id.empty()) return std::nullopt;
          auto stored = read_task(session, id);
          if (stored) return take(session, std::move(stored->task), lease);
          // Nobody can go on with it, and it must not stand in the way of the others.
          session << "UPDATE tasks SET status = 'failed' WHERE id = :id", soci::use(id);
        }
      });
}

Async<Result<bool>> SqlTaskStore::renew(std::string id, TaskLease lease) {
  return database_.run<bool>([id = std::move(id),
                              lease = std::move(lease)](soci::session& session) -> Result<bool> {
    const long long until = millis_of(lease.until);
    soci::statement renew = (session.prepare << "UPDATE tasks SET held_until = :until WHERE id = "
                                                ":id AND holder = :holder AND status = 'working'",
                             soci::use(until), soci::use(id), soci::use(lease.holder));
    renew.execute(true);
    return renew.get_affected_rows() == 1;
  });
}

Async<Result<>> SqlTaskStore::forget_expired(TimePoint now) {
  return database_.run<void>([now](soci::session& session) -> Result<> {
    const long long moment = millis_of(now);
    session << "DELETE FROM tasks WHERE expires <= :now", soci::use(moment);
    return {};
  });
}

}  // namespace mtc::storage
