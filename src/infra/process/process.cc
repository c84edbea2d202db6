#include "infra/process/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "infra/files/descriptor.h"

extern char**
    environ;  // NOLINT(readability-redundant-declaration): POSIX says that the program declares it

namespace mtc {
namespace {

using boost::system::error_code;

constexpr Millis kGrace{500};        // between SIGTERM and SIGKILL
constexpr Millis kDrain{1'000};      // for output still in the pipe after the program's end
constexpr Millis kPollInterval{10};  // where the kernel gives no pidfd

struct Ends {
  Descriptor ours;
  Descriptor theirs;
};

// Pairs of numbers above 2, so that dup2 in the child never meets its own source.
Result<Ends> open_pair(bool as_socket) {
  int numbers[2] = {-1, -1};
  // Standard input is a socket pair: writing to a program that has gone must not raise SIGPIPE in
  // us.
  const int status = as_socket ? ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers)
                               : ::pipe2(numbers, O_CLOEXEC);
  if (status != 0) {
    return fail(Errc::resource_exhausted,
                std::string("cannot open a pipe for a program: ") + std::strerror(errno));
  }
  Ends ends{.ours = Descriptor(numbers[0]), .theirs = Descriptor(numbers[1])};
  for (Descriptor* end : {&ends.ours, &ends.theirs}) {
    if (end->get() > STDERR_FILENO) continue;
    *end = Descriptor(::fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (end->get() < 0) return fail(Errc::resource_exhausted, "no descriptors left for a program");
  }
  return ends;
}

bool is_inherited(std::string_view variable) {
  for (const std::string_view name : {"PATH=", "HOME=", "LANG=", "LC_", "TZ=", "TMPDIR="}) {
    if (variable.starts_with(name)) return true;
  }
  return false;
}

std::vector<std::string> make_environment(const ProcessRequest& request) {
  std::vector<std::string> out;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    if (is_inherited(*variable)) out.emplace_back(*variable);
  }
  for (const auto& [name, value] : request.environment) {
    out.push_back(fmt::format("{}={}", name, value));
  }
  return out;
}

std::vector<char*> as_pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

struct SpawnSettings {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    // A group of its own, so that its children can be killed with it; signals as a fresh program
    // expects them.
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
};

std::unexpected<Error> cannot_start(const ProcessRequest& request, int error) {
  const std::string& program = request.arguments.front();
  if (error == ENOENT) {
    std::string message = "the program " + program + " is not installed";
    if (!request.package.empty())
      message += "; install it with: apt-get install " + request.package;
    return fail(Errc::not_found, std::move(message));
  }
  return fail(Errc::unavailable, "cannot start " + program + ": " + std::strerror(error));
}

Result<void> check(const ProcessRequest& request) {
  if (request.arguments.empty() || request.arguments.front().empty()) {
    return fail(Errc::invalid_argument, "no program to run was named");
  }
  for (const auto& argument : request.arguments) {
    if (argument.find('\0') != std::string::npos) {
      return fail(Errc::invalid_argument,
                  "an argument of " + request.arguments.front() + " holds a zero byte");
    }
  }
  return {};
}

Result<pid_t> spawn(ProcessRequest& request, int input, int output, int errors) {
  SpawnSettings settings;
  ::posix_spawn_file_actions_adddup2(&settings.actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&settings.actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&settings.actions, errors, STDERR_FILENO);
  // Whatever some library opened without O_CLOEXEC stays with us.
  ::posix_spawn_file_actions_addclosefrom_np(&settings.actions, STDERR_FILENO + 1);
  auto environment = make_environment(request);
  const auto arguments = as_pointers(request.arguments);
  const auto variables = as_pointers(environment);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, arguments.front(), &settings.actions, &settings.attributes,
                                   arguments.data(), variables.data());
  if (error != 0) return cannot_start(request, error);
  return pid;
}

using Handler = asio::any_completion_handler<void(Result<ProcessResult>)>;

// One program under way. Lives as long as one of its operations; if the loop is destroyed under it,
// it kills and reaps.
class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(asio::any_io_executor executor, ProcessRequest request, Handler handler)
      : executor_(std::move(executor)),
        request_(std::move(request)),
        handler_(std::move(handler)),
        input_(executor_),
        output_{.stream = asio::posix::stream_descriptor(executor_)},
        errors_{.stream = asio::posix::stream_descriptor(executor_)},
        pidfd_(executor_),
        deadline_(executor_),
        poll_(executor_) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void start() {
    if (auto slot = asio::get_associated_cancellation_slot(handler_); slot.is_connected()) {
      slot.assign([weak = weak_from_this()](asio::cancellation_type) {
        if (const auto self = weak.lock()) self->cancel();
      });
    }
    if (auto ok = launch(); !ok) {
      failure_ = std::move(ok).error();
      finish();
      return;
    }
    feed();
    read(output_);
    read(errors_);
    await_exit();
    deadline_.expires_after(request_.timeout);
    deadline_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->time_out();
    });
  }

  void cancel() {
    stop_with(Errc::cancelled, " was stopped because nobody waits for it any more");
    signal_group(SIGKILL);
  }

 private:
  struct Pipe {
    asio::posix::stream_descriptor stream;
    std::array<char, 16'384> buffer{};
    std::string text{};
    bool open = true;
  };

  Result<void> launch() {
    if (auto ok = check(request_); !ok) return ok;
    auto input = open_pair(true);
    auto output = open_pair(false);
    auto errors = open_pair(false);
    for (auto* ends : {&input, &output, &errors}) {
      if (!*ends) return fail(std::move(*ends).error());
    }
    auto pid = spawn(request_, input->theirs.get(), output->theirs.get(), errors->theirs.get());
    if (!pid) return fail(std::move(pid).error());
    pid_ = *pid;
    input_.assign(asio::local::stream_protocol(), input->ours.release());
    output_.stream.assign(output->ours.release());
    errors_.stream.assign(errors->ours.release());
    return {};
  }

  void feed() {
    asio::async_write(input_, asio::buffer(request_.input),
                      [self = shared_from_this()](error_code, std::size_t) {
                        // A program that does not read all of its input is in its rights.
                        error_code ignored;
                        self->input_.close(ignored);
                      });
  }

  void read(Pipe& pipe) {
    pipe.stream.async_read_some(asio::buffer(pipe.buffer), [self = shared_from_this(), &pipe](
                                                               error_code ec, std::size_t size) {
      self->take(pipe, ec, size);
    });
  }

  void take(Pipe& pipe, error_code ec, std::size_t size) {
    if (ec) {
      pipe.open = false;
      finish_if_done();
      return;
    }
    if (&pipe == &errors_) {
      const auto room =
          request_.max_error_bytes - std::min(request_.max_error_bytes, pipe.text.size());
      pipe.text.append(pipe.buffer.data(), std::min(size, room));
    } else if (pipe.text.size() + size <= request_.max_output_bytes) {
      pipe.text.append(pipe.buffer.data(), size);
    } else if (!failure_) {
      stop_with(Errc::resource_exhausted,
                " wrote more than " + std::to_string(request_.max_output_bytes) + " bytes");
      signal_group(SIGKILL);
    }
    read(pipe);
  }

  void await_exit() {
    // Tells of the exit without SIGCHLD, which belongs to the whole process. By number: glibc 2.36
    // declares pidfd_open() without extern "C".
    if (const long number = ::syscall(SYS_pidfd_open, pid_, 0U); number >= 0) {
      pidfd_.assign(static_cast<int>(number));
      pidfd_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](error_code ec) {
                          if (!ec) self->reap();
                        });
      return;
    }
    poll();
  }

  void poll() {
    poll_.expires_after(kPollInterval);
    poll_.async_wait([self = shared_from_this()](error_code ec) {
      if (ec) return;
      siginfo_t info{};
      // WNOWAIT: reap() collects it after its children are dealt with.
      ::waitid(P_PID, static_cast<id_t>(self->pid_), &info, WEXITED | WNOHANG | WNOWAIT);
      if (info.si_pid == self->pid_) {
        self->reap();
      } else {
        self->poll();
      }
    });
  }

  void reap() {
    // Until it is reaped its number cannot be given to anybody else, so the group is still surely
    // ours.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFEXITED(status)) result_.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    error_code ignored;
    input_.close(ignored);
    deadline_.expires_after(
        kDrain);  // a descendant in another session may hold the pipes open for ever
    deadline_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->close_pipes();
    });
    finish_if_done();
  }

  void close_pipes() {
    error_code ignored;
    output_.stream.close(ignored);
    errors_.stream.close(ignored);
  }

  void time_out() {
    if (pid_ <= 0) return;
    stop_with(Errc::timed_out,
              " did not finish within " + std::to_string(request_.timeout.count()) + " ms");
    signal_group(SIGTERM);
    deadline_.expires_after(kGrace);
    deadline_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->signal_group(SIGKILL);
    });
  }

  void stop_with(Errc code, const std::string& what) {
    if (!failure_)
      failure_ = Error{.code = code, .message = "the program " + request_.arguments.front() + what};
  }
  void signal_group(int number) const {
    if (pid_ > 0) ::kill(-pid_, number);
  }

  void finish_if_done() {
    if (pid_ <= 0 && !output_.open && !errors_.open) finish();
  }

  void finish() {
    if (!handler_) return;
    deadline_.cancel();
    Result<ProcessResult> outcome;
    if (failure_) {
      outcome = fail(std::move(*failure_));
    } else {
      result_.output = std::move(output_.text);
      result_.errors = std::move(errors_.text);
      outcome = std::move(result_);
    }
    if (auto slot = asio::get_associated_cancellation_slot(handler_); slot.is_connected())
      slot.clear();
    asio::post(executor_, [handler = std::move(handler_), outcome = std::move(outcome)]() mutable {
      std::move(handler)(std::move(outcome));
    });
  }

  asio::any_io_executor executor_;
  ProcessRequest request_;
  Handler handler_;
  asio::local::stream_protocol::socket input_;
  Pipe output_;
  Pipe errors_;
  asio::posix::stream_descriptor pidfd_;
  asio::steady_timer deadline_;
  asio::steady_timer poll_;
  pid_t pid_ = -1;  // not reaped yet
  ProcessResult result_;
  std::optional<Error> failure_;
};

}  // namespace

Async<Result<ProcessResult>> run_process(ProcessRequest request) {
  const auto executor = co_await asio::this_coro::executor;
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                          void(Result<ProcessResult>)>(
      [executor, request = std::move(request)](auto handler) mutable {
        std::make_shared<Run>(executor, std::move(request), Handler(std::move(handler)))->start();
      },
      asio::use_awaitable);
}

}  // namespace mtc
