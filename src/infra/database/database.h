// SQL behind one door: opens by URL, keeps a few connections, runs the blocking work on threads of
// its own and turns every failure into a sentence. What a statement says stays with the caller, who
// includes <soci/soci.h>.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "infra/loop/off_loop.h"

namespace soci {
class session;  // NOLINT(readability-identifier-naming)
}

namespace mtc {

struct DatabaseOptions {
  // "sqlite:///var/lib/x/data.db" (an absolute path), "sqlite:data.db" (relative),
  // "sqlite::memory:" (for tests; one connection). The path is taken literally. Missing folders are
  // created, readable for the owner only.
  std::string url;
  bool create = true;   // false: Errc::not_found if there is no such file
  int connections = 2;  // and as many threads
  Millis busy_timeout{
      5000};  // how long to wait for a lock that another connection or process holds
};

// SQLite runs in WAL mode (readers and one writer side by side, several processes on one file) with
// foreign keys on and synchronous=FULL: a commit is on disk before it is reported. NORMAL would be
// quicker, but a power cut could then take back the last commits, and a broadcast already spoken
// would be spoken again; we write a few rows a minute.
//
// Failures of all functions: Errc::unavailable if another process kept the database locked for
// busy_timeout, Errc::resource_exhausted for a full disk, Errc::conflict for a violated key or
// constraint, Errc::denied for missing file permissions, Errc::internal for a damaged file or a
// wrong statement. No exception leaves, and no message shows the values of a statement.
//
// Safe from any thread. Outlives the coroutines that use it; the destructor waits for work that
// runs.
class Database {
 public:
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);
  // With the threads of somebody else, which must be joined before the database is destroyed.
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options,
                                                asio::thread_pool& threads);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Runs the work once on a pool thread with a connection of its own. It is not interrupted when
  // the caller is cancelled, so it owns what it touches.
  template <class T>
  Async<Result<T>> run(std::function<Result<T>(soci::session&)> work) {
    return off_loop<Result<T>>(*threads_,
                               [this, work = std::move(work)] { return run_now<T>(work); });
  }

  // The same inside BEGIN IMMEDIATE … COMMIT: nobody else writes meanwhile; a failed Result or an
  // exception rolls back.
  template <class T>
  Async<Result<T>> transaction(std::function<Result<T>(soci::session&)> work) {
    return off_loop<Result<T>>(*threads_,
                               [this, work = std::move(work)] { return transaction_now<T>(work); });
  }

  // On the calling thread: for start-up, command lines and tests.
  template <class T>
  Result<T> run_now(const std::function<Result<T>(soci::session&)>& work) {
    return carry<T>(Mode::plain, work);
  }
  template <class T>
  Result<T> transaction_now(const std::function<Result<T>(soci::session&)>& work) {
    return carry<T>(Mode::transaction, work);
  }

  // For messages: the file's path.
  const std::string& name() const { return name_; }

 private:
  enum class Mode { plain, transaction };
  struct Connections;

  Database(std::string name, std::unique_ptr<Connections> connections);
  Result<void> execute(Mode mode, const std::function<Result<void>(soci::session&)>& work);

  template <class T>
  Result<T> carry(Mode mode, const std::function<Result<T>(soci::session&)>& work) {
    std::optional<Result<T>> outcome;
    auto done = execute(mode, [&](soci::session& session) -> Result<void> {
      outcome.emplace(work(session));
      if (!*outcome) return fail(outcome->error());
      return {};
    });
    if (!done) return fail(std::move(done).error());
    return std::move(*outcome);
  }

  std::string name_;
  std::unique_ptr<Connections> connections_;
  std::unique_ptr<asio::thread_pool> own_threads_;
  asio::thread_pool* threads_ = nullptr;  // own_threads_ or somebody else's
};

}  // namespace mtc
