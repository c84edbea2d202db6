#include "infra/database/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

namespace mtc {

struct Database::Connections {
  explicit Connections(std::size_t size) : pool(size) {}
  soci::connection_pool pool;
};

namespace {

constexpr std::string_view kMemory = ":memory:";

// "sqlite:///a/b.db" → "/a/b.db"
Result<std::string> path_of_url(std::string_view url) {
  constexpr std::string_view kScheme = "sqlite:";
  constexpr std::string_view kAdvice =
      "write sqlite:///absolute/path/data.db or sqlite:relative/path/data.db";
  if (!url.starts_with(kScheme)) {
    // A URL of another engine holds a password: show the scheme only.
    const auto scheme = url.substr(0, std::min(url.find(':'), std::size_t{20}));
    return fail(Errc::invalid_argument,
                fmt::format("database URL: \"{}\" is not supported; {}", scheme, kAdvice));
  }
  url.remove_prefix(kScheme.size());
  if (url.starts_with("//")) {
    url.remove_prefix(2);
    if (!url.starts_with('/')) {
      return fail(Errc::invalid_argument,
                  fmt::format("database URL: no absolute path after sqlite://; {}", kAdvice));
    }
  }
  if (url.empty() || url.ends_with('/')) {
    return fail(Errc::invalid_argument, fmt::format("database URL: it names no file; {}", kAdvice));
  }
  // SOCI's connection string has quotes but no way to escape one.
  if (url.find_first_of(std::string_view("\"\0", 2)) != std::string_view::npos) {
    return fail(Errc::invalid_argument, "database URL: the path may not contain quotation marks");
  }
  return std::string(url);
}

// SQLite would create the file readable for everybody; -wal and -shm copy the mode of the file.
Result<void> prepare_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto folder = file.parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder, error)) {
    std::filesystem::create_directories(folder, error);
    if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) {
      return fail(error == std::errc::permission_denied ? Errc::denied : Errc::unavailable,
                  fmt::format("database {}: cannot create the folder {}: {}", file.string(),
                              folder.string(), error.message()));
    }
  }
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int reason = errno;
    const bool denied = reason == EACCES || reason == EPERM || reason == EROFS;
    return fail(
        denied             ? Errc::denied
        : reason == ENOSPC ? Errc::resource_exhausted
                           : Errc::unavailable,
        fmt::format("database {}: cannot open the file: {}", file.string(), std::strerror(reason)));
  }
  ::close(fd);
  return {};
}

// No dynamic_cast: SOCI's library does not export the type information. Only SQLite is opened here.
sqlite_api::sqlite3* handle_of(soci::session& session) {
  auto* const backend = session.get_backend();
  return backend == nullptr ? nullptr : static_cast<soci::sqlite3_session_backend*>(backend)->conn_;
}

// SOCI's what() repeats the statement with its values, which may be secrets: only SQLite's own
// sentence is used.
Error explain(const std::string& name, int code, const std::string& message) {
  const auto say = [&](Errc kind, std::string_view what) {
    return Error{.code = kind, .message = fmt::format("database {}: {}", name, what)};
  };
  switch (code & 0xff) {  // the low byte is the primary code
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return say(Errc::unavailable,
                 "another process keeps it locked (数据库忙); try again, or find the process that "
                 "holds it");
    case SQLITE_FULL:
      return say(Errc::resource_exhausted,
                 "the disk is full; nothing was stored, make room and try again");
    case SQLITE_CORRUPT:
      return say(Errc::internal,
                 "the file is damaged; stop the program and restore the file from a backup");
    case SQLITE_NOTADB:
      return say(Errc::internal,
                 "the file is not a SQLite database, or its beginning is damaged; choose another "
                 "file or restore it "
                 "from a backup");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return say(
          Errc::denied,
          "it cannot be written; check who owns the file and its folder, and their permissions");
    case SQLITE_CANTOPEN:
      return say(
          Errc::unavailable,
          "the file cannot be opened; check that it and its folder exist and may be written");
    case SQLITE_IOERR:
      return say(Errc::unavailable,
                 fmt::format("reading or writing the disk failed ({})", message));
    case SQLITE_CONSTRAINT:
      return say(Errc::conflict, message);  // names the constraint, not the values
    case SQLITE_NOMEM:
      return say(Errc::resource_exhausted, "out of memory");
    default:
      return say(Errc::internal, message);
  }
}

Error explain(const std::string& name, soci::session* session, const soci::soci_error& error) {
  int code = SQLITE_ERROR;
  if (const auto* const sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error))
    code = sqlite->result();
  auto* const handle = session == nullptr ? nullptr : handle_of(*session);
  // SQLite's sentence where it still knows one; SOCI's puts a prefix of its own before it.
  const int last = handle == nullptr ? SQLITE_OK : sqlite_api::sqlite3_errcode(handle);
  const bool fresh = last != SQLITE_OK && last != SQLITE_ROW && last != SQLITE_DONE;
  if (fresh) code = last;
  return explain(name, code,
                 fresh ? sqlite_api::sqlite3_errmsg(handle) : error.get_error_message());
}

// All that SOCI or the work may throw, as an Error.
Result<void> guarded(const std::string& name, soci::session* session,
                     const std::function<Result<void>()>& work) {
  try {
    return work();
  } catch (const soci::soci_error& error) {
    return fail(explain(name, session, error));
  } catch (const std::exception& error) {
    return fail(Errc::internal, fmt::format("database {}: {}", name, error.what()));
  }
}

bool is_locked(soci::session& session) {
  const int code = sqlite_api::sqlite3_errcode(handle_of(session)) & 0xff;
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

// Turning WAL on needs the file alone for a moment, and SQLite does not wait for that lock by
// itself.
Result<void> turn_wal_on(const std::string& name, soci::session& session, Millis timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    auto done = guarded(name, &session, [&]() -> Result<void> {
      std::string mode;
      session << "PRAGMA journal_mode", soci::into(mode);
      if (mode != "wal") session << "PRAGMA journal_mode = WAL", soci::into(mode);
      return {};
    });
    if (done || !is_locked(session) || std::chrono::steady_clock::now() >= deadline) return done;
    std::this_thread::sleep_for(Millis{10});
  }
}

Result<void> open_sqlite(soci::session& session, const std::string& path, Millis busy_timeout) {
  auto opened = guarded(path, nullptr, [&]() -> Result<void> {
    session.open(soci::sqlite3, fmt::format("dbname=\"{}\"", path));
    return {};
  });
  if (!opened) return opened;
  sqlite_api::sqlite3_busy_timeout(handle_of(session), static_cast<int>(busy_timeout.count()));
  auto readable = guarded(path, &session, [&]() -> Result<void> {
    int tables = 0;  // reads the first page: a file that is no database shows here
    session << "SELECT count(*) FROM sqlite_master", soci::into(tables);
    return {};
  });
  if (!readable) return readable;
  if (auto wal = turn_wal_on(path, session, busy_timeout); !wal) return wal;
  return guarded(path, &session, [&]() -> Result<void> {
    session << "PRAGMA synchronous = FULL";
    session << "PRAGMA foreign_keys = ON";
    session << "PRAGMA trusted_schema = OFF";
    return {};
  });
}

}  // namespace

Database::Database(std::string name, std::unique_ptr<Connections> connections)
    : name_(std::move(name)), connections_(std::move(connections)) {}

Database::~Database() {
  if (own_threads_) own_threads_->join();
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options,
                                                 asio::thread_pool& threads) {
  auto path = path_of_url(options.url);
  if (!path) return fail(std::move(path).error());
  const bool memory = *path == kMemory;
  std::error_code error;
  if (!memory && !options.create && !std::filesystem::exists(*path, error)) {
    return fail(Errc::not_found, fmt::format("database {}: there is no such file", *path));
  }
  if (!memory) {
    if (auto ready = prepare_file(*path); !ready) return fail(std::move(ready).error());
  }
  // Each connection to :memory: would see a database of its own.
  const auto size = static_cast<std::size_t>(memory ? 1 : std::max(1, options.connections));
  auto connections = std::make_unique<Connections>(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (auto done = open_sqlite(connections->pool.at(i), *path, options.busy_timeout); !done) {
      return fail(std::move(done).error());
    }
  }
  std::unique_ptr<Database> database(new Database(*path, std::move(connections)));
  database->threads_ = &threads;
  return database;
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  auto threads = std::make_unique<asio::thread_pool>(
      static_cast<std::size_t>(std::max(1, options.connections)));
  auto database = open(options, *threads);
  if (database) (*database)->own_threads_ = std::move(threads);
  return database;
}

Result<void> Database::execute(Mode mode, const std::function<Result<void>(soci::session&)>& work) {
  soci::session session(connections_->pool);
  const auto plain = [&]() -> Result<void> { return work(session); };
  if (mode == Mode::plain) return guarded(name_, &session, plain);

  auto done = guarded(name_, &session, [&]() -> Result<void> {
    session << "BEGIN IMMEDIATE";
    return {};
  });
  if (!done) return done;
  done = guarded(name_, &session, plain);
  if (done) {
    done = guarded(name_, &session, [&]() -> Result<void> {
      session << "COMMIT";
      return {};
    });
  }
  // After some failures (full disk) SQLite has rolled back by itself, and there is nothing left to
  // undo.
  if (!done && sqlite_api::sqlite3_get_autocommit(handle_of(session)) == 0) {
    const auto undone = guarded(name_, &session, [&]() -> Result<void> {
      session << "ROLLBACK";
      return {};
    });
    if (!undone) return fail_in(done.error().message, undone.error());
  }
  return done;
}

}  // namespace mtc
