#include "pipe_load.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "file_descriptor.h"

namespace mtc::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kPatienceMs = 10'000;

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) {
    return fail(Errc::unavailable, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  }
  return Pipe{.read = FileDescriptor(fds[0]), .write = FileDescriptor(fds[1])};
}

// A program at the other end of two pipes. The end of its input is its signal to leave.
class PipePeer {
 public:
  static Result<PipePeer> start(const std::vector<std::string>& command) {
    auto input = make_pipe();
    if (!input) return fail(std::move(input).error());
    auto output = make_pipe();
    if (!output) return fail(std::move(output).error());
    std::vector<char*> argv;
    for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input->read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output->write.get(), STDOUT_FILENO);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
      return fail(Errc::unavailable,
                  fmt::format("cannot start {}: {}", command.front(), std::strerror(error)));
    }
    return PipePeer(pid, std::move(output->read), std::move(input->write));
  }

  PipePeer(PipePeer&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)),
        read_(std::move(other.read_)),
        write_(std::move(other.write_)) {}
  PipePeer& operator=(PipePeer&&) = delete;
  ~PipePeer() {
    write_.reset();
    if (pid_ == 0) return;
    for (int waited = 0; waited < kPatienceMs; waited += 10) {
      if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
      ::poll(nullptr, 0, 10);
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  Result<> send(std::string_view line) {
    while (!line.empty()) {
      const auto written = ::write(write_.get(), line.data(), line.size());
      if (written < 0) {
        return fail(Errc::unavailable, fmt::format("cannot write: {}", std::strerror(errno)));
      }
      line.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  // One line, valid until the next exchange. Errc::timed_out after ten seconds.
  Result<std::string_view> receive() {
    filled_ = 0;
    while (filled_ == 0 || buffer_[filled_ - 1] != '\n') {
      if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
      pollfd waiting{.fd = read_.get(), .events = POLLIN};
      if (::poll(&waiting, 1, kPatienceMs) == 0) {
        return fail(Errc::timed_out, "no answer within ten seconds");
      }
      const auto got = ::read(read_.get(), buffer_.data() + filled_, buffer_.size() - filled_);
      if (got <= 0) return fail(Errc::unavailable, "the program has ended");
      filled_ += static_cast<std::size_t>(got);
    }
    return std::string_view(buffer_).substr(0, filled_);
  }

  Result<std::string_view> exchange(std::string_view line) {
    if (auto ok = send(line); !ok) return fail(std::move(ok).error());
    return receive();
  }

 private:
  PipePeer(pid_t pid, FileDescriptor read, FileDescriptor write)
      : pid_(pid), read_(std::move(read)), write_(std::move(write)) {}

  pid_t pid_;
  FileDescriptor read_;
  FileDescriptor write_;
  std::string buffer_ = std::string(std::size_t{64} << 10U, '\0');
  std::size_t filled_ = 0;
};

LoadFigures play(PipePeer& peer, const PipeLoadOptions& options) {
  LoadFigures figures{.seconds = options.length.count()};
  const auto line = call_message(options.call, options.era, 2) + "\n";
  const auto marker = marker_of(options.call);
  const auto start = SteadyClock::now();
  const auto begin = start + std::chrono::duration_cast<SteadyClock::duration>(options.warmup);
  const auto end = begin + std::chrono::duration_cast<SteadyClock::duration>(options.length);
  for (auto sent_at = start; sent_at < end;) {
    const auto answer = peer.exchange(line);
    const auto now = SteadyClock::now();
    if (!answer || !answer->contains(marker)) {
      if (++figures.failures == 1) {
        figures.first_failure =
            answer ? std::string(answer->substr(0, 200)) : answer.error().message;
      }
      if (!answer) break;
    } else if (now >= begin && now < end) {
      figures.latencies.add(now - sent_at);
      figures.answer_bytes = answer->size();
    }
    ++figures.answers;
    sent_at = now;
  }
  return figures;
}

}  // namespace

Result<PipeLoadFigures> run_pipe_load(const PipeLoadOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto start = SteadyClock::now();
  auto peer = PipePeer::start(options.command);
  if (!peer) return fail(std::move(peer).error());
  const auto hello = peer->exchange(initialize_message() + "\n");
  if (!hello) return fail(hello.error());
  PipeLoadFigures figures{.first_answer = SteadyClock::now() - start};
  if (!hello->contains(R"("serverInfo")")) {
    return fail(Errc::unavailable,
                fmt::format("initialize was answered with {}", hello->substr(0, 200)));
  }
  if (options.length.count() <= 0) return figures;
  if (auto ok = peer->send(initialized_message() + "\n"); !ok) return fail(std::move(ok).error());
  figures.load = play(*peer, options);
  return figures;
}

}  // namespace mtc::bench
