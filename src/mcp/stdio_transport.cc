#include "mcp/stdio_transport.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "infra/loop/task_group.h"

namespace mtc::mcp {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadSize = 64U << 10U;
// Answers that wait for a slow reader; beyond, reading waits too.
constexpr std::size_t kMaxQueued = 1U << 20U;

// Asio reads without blocking; whoever shares the pipe with us may not expect that afterwards.
class FlagKeeper {
 public:
  explicit FlagKeeper(int fd) : fd_(fd), flags_(fcntl(fd, F_GETFL)) {}
  FlagKeeper(const FlagKeeper&) = delete;
  FlagKeeper& operator=(const FlagKeeper&) = delete;
  ~FlagKeeper() {
    if (flags_ >= 0) fcntl(fd_, F_SETFL, flags_);
  }

 private:
  const int fd_;
  const int flags_;
};

// Cuts what comes in into lines.
class LineReader {
 public:
  explicit LineReader(std::size_t limit) : limit_(limit) {}

  void append(std::string_view bytes) { pending_.append(bytes); }

  struct Line {
    std::string text;
    bool too_long = false;
  };
  // The next whole line without its end; blank ones are skipped.
  std::optional<Line> next() {
    while (true) {
      const auto end = pending_.find('\n', searched_);
      if (end == std::string::npos) {
        keep_bounded();
        return std::nullopt;
      }
      Line line{.text = pending_.substr(start_, end - start_), .too_long = skipping_};
      start_ = searched_ = end + 1;
      skipping_ = false;
      if (line.text.size() > limit_) line.too_long = true;
      if (line.too_long) line.text.clear();
      if (line.too_long || !trim(line.text).empty()) return line;
    }
  }

 private:
  void keep_bounded() {
    pending_.erase(0, start_);
    start_ = 0;
    if (pending_.size() > limit_) {
      skipping_ = true;
      pending_.clear();
      pending_.shrink_to_fit();
    }
    searched_ = pending_.size();
  }

  const std::size_t limit_;
  std::string pending_;
  std::size_t start_ = 0;     // of the line that is being cut
  std::size_t searched_ = 0;  // no line end before
  bool skipping_ = false;     // the start of this line has been thrown away
};

class StdioSession final : public Outlet {
 public:
  StdioSession(const asio::any_io_executor& executor, const Server& server, int in_fd, int out_fd,
               Peer peer, StdioOptions options)
      : server_(server),
        peer_(std::move(peer)),
        options_(options),
        in_(executor, dup(in_fd)),
        out_(executor, dup(out_fd)),
        changed_(std::make_shared<asio::steady_timer>(executor, SteadyClock::time_point::max())),
        tasks_(executor) {
    peer_.outlet = this;
    changes_ = server_.announce_to(peer_);
  }

  Async<> run() {
    // The end comes as an error code, so that there is a way to clean up.
    co_await asio::this_coro::throw_if_cancelled(false);
    const bool cancelled = co_await read_all();
    // Who has nothing more to say neither answers nor cancels.
    peer_.asks->abandon();
    server_.end_listening();
    const auto deadline = SteadyClock::now() + (cancelled || broken_ ? Millis{0} : options_.grace);
    while (tasks_.size() > 0 && SteadyClock::now() < deadline) {
      changed_->expires_at(deadline);
      co_await changed_->async_wait(kUseTuple);
      if (co_await is_cancelled()) break;
    }
    peer_.running->end();
    tasks_.stop();
    co_await tasks_.join();
  }

 private:
  // True if it ended because we are cancelled.
  Async<bool> read_all() {
    LineReader lines(options_.max_line_bytes);
    std::string buffer(kReadSize, '\0');
    while (!broken_) {
      const auto [ec, count] = co_await in_.async_read_some(asio::buffer(buffer), kUseTuple);
      if (ec == asio::error::operation_aborted) co_return !broken_;
      // A last line may lack its end.
      lines.append(ec ? std::string_view("\n") : std::string_view(buffer).substr(0, count));
      while (auto line = lines.next()) {
        tasks_.spawn("mcp: stdio message", handle(std::move(*line)));
        if (co_await wait_for_room()) co_return true;
      }
      if (ec) break;
    }
    co_return false;
  }

  static Async<bool> is_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
  }

  Async<bool> wait_for_room() {
    while (!broken_ && (tasks_.size() >= options_.max_running || queued_bytes_ > kMaxQueued)) {
      changed_->expires_at(SteadyClock::time_point::max());
      co_await changed_->async_wait(kUseTuple);
      if (co_await is_cancelled()) co_return true;
    }
    co_return false;
  }

  Async<> handle(LineReader::Line line) {
    std::optional<std::string> answer;
    if (line.too_long) {
      answer = error_text({.code = rpc::kInvalidRequest,
                           .message = fmt::format("Invalid request: longer than {} bytes",
                                                  options_.max_line_bytes)},
                          peer_.initialized ? MissingId::null : MissingId::omit);
    } else {
      answer = co_await server_.handle_text(std::move(line.text), peer_, this);
    }
    if (answer) co_await write_line(std::move(*answer));
    // The group counts us until we have returned; then the session may be gone, too.
    asio::post(changed_->get_executor(), [changed = changed_] { changed->cancel(); });
  }

  void send(std::string message) override {
    if (queued_bytes_ > kMaxQueued) return;
    enqueue(std::move(message));
    if (!writing_) tasks_.spawn("mcp: stdio notification", write_queue());
  }
  bool can_ask() const override { return !broken_; }

  void enqueue(std::string line) {
    line += '\n';
    queued_bytes_ += line.size();
    queue_.push_back(std::move(line));
  }

  Async<> write_line(std::string line) {
    enqueue(std::move(line));
    co_await write_queue();
  }

  // Whoever comes first writes for all who come meanwhile, whole lines always.
  Async<> write_queue() {
    if (writing_) co_return;
    writing_ = true;
    while (!queue_.empty() && !broken_) {
      const auto text = std::move(queue_.front());
      queue_.pop_front();
      const auto [ec, size] = co_await asio::async_write(out_, asio::buffer(text), kUseTuple);
      queued_bytes_ -= text.size();
      if (ec) break_off(ec);
      changed_->cancel();
    }
    writing_ = false;
  }

  void break_off(const boost::system::error_code& ec) {
    broken_ = true;
    spdlog::warn("mcp: cannot write to the client: {}", ec.message());
    boost::system::error_code ignored;
    in_.cancel(ignored);
  }

  const Server& server_;
  Peer peer_;
  ChangeHub::Subscription changes_;
  const StdioOptions options_;
  asio::posix::stream_descriptor in_;
  asio::posix::stream_descriptor out_;
  // Cancelled when a message is done or a line is out.
  const std::shared_ptr<asio::steady_timer> changed_;
  TaskGroup tasks_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;
  bool broken_ = false;
};

}  // namespace

Async<> serve_stdio(const Server& server, int in_fd, int out_fd, Peer peer, StdioOptions options) {
  std::signal(SIGPIPE, SIG_IGN);
  const FlagKeeper in_flags(in_fd);
  const FlagKeeper out_flags(out_fd);
  if (peer.running == nullptr) peer.running = std::make_shared<RunningCalls>();
  if (peer.asks == nullptr) peer.asks = std::make_shared<PendingAsks>();
  StdioSession session(co_await asio::this_coro::executor, server, in_fd, out_fd, std::move(peer),
                       options);
  co_await session.run();
}

}  // namespace mtc::mcp
