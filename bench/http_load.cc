#include "http_load.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <vector>

#include "http_peer.h"

namespace mtc::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

// A server that has said nothing for so long says nothing any more.
constexpr int kPatienceMs = 10'000;

struct Caller {
  HttpPeer peer;
  std::string session;
  std::string request;
  SteadyTime sent_at;
};

Result<std::string> open_session(HttpPeer& peer, const McpTarget& target) {
  const auto opened = peer.exchange(initialize_request(target));
  if (!opened) return fail(opened.error());
  if (opened->status != 200) {
    return fail(Errc::unavailable, fmt::format("initialize was answered with {}: {}",
                                               opened->status, opened->body.substr(0, 200)));
  }
  std::string session(header_of(opened->head, "Mcp-Session-Id"));
  const auto noted = peer.exchange(initialized_request(target, session));
  if (!noted) return fail(noted.error());
  return session;
}

Result<std::vector<Caller>> connect_all(const HttpLoadOptions& options) {
  std::vector<Caller> callers;
  std::string session;
  for (std::size_t i = 0; i < options.connections; ++i) {
    auto peer = HttpPeer::connect(options.target);
    if (!peer) return fail(std::move(peer).error());
    if (options.era == Era::legacy && (i == 0 || !options.shared_session)) {
      auto opened = open_session(*peer, options.target);
      if (!opened) return fail(std::move(opened).error());
      session = std::move(*opened);
    }
    auto request = call_request(options.target, session, options.call, options.era, i + 2);
    callers.push_back(
        {.peer = std::move(*peer), .session = session, .request = std::move(request)});
  }
  return callers;
}

class HttpLoad {
 public:
  HttpLoad(const HttpLoadOptions& options, std::vector<Caller>& callers)
      : callers_(callers),
        marker_(marker_of(options.call)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    begin_ = SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(options.warmup);
    end_ = begin_ + std::chrono::duration_cast<SteadyClock::duration>(options.length);
    figures_.seconds = options.length.count();
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, callers_[i].peer.fd(), &event);
    }
  }

  LoadFigures run() {
    for (auto& caller : callers_) send(caller, SteadyClock::now());
    std::array<epoll_event, 64> events{};
    while (under_way_ > 0) {
      const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), kPatienceMs);
      if (count == 0) {
        note_failure("no answer within ten seconds");
        break;
      }
      for (int i = 0; i < count; ++i)
        receive(callers_[events[static_cast<std::size_t>(i)].data.u64]);
    }
    return std::move(figures_);
  }

 private:
  void send(Caller& caller, SteadyTime now) {
    caller.sent_at = now;
    if (auto ok = caller.peer.send(caller.request); ok) {
      ++under_way_;
    } else {
      lose(caller, ok.error().message);
    }
  }

  void receive(Caller& caller) {
    const auto answer = caller.peer.receive();
    if (answer && !*answer) return;
    --under_way_;
    if (!answer) {
      lose(caller, answer.error().message);
      return;
    }
    // One look at the clock serves this answer and the next request.
    const auto now = SteadyClock::now();
    check(**answer, now, now - caller.sent_at);
    if (now < end_) send(caller, now);
  }

  void check(const HttpAnswer& answer, SteadyTime now, SteadyClock::duration latency) {
    ++figures_.answers;
    if (answer.status != 200 || answer.body.find(marker_) == std::string_view::npos) {
      note_failure(fmt::format("{}: {}", answer.status, answer.body.substr(0, 200)));
    } else if (now >= begin_ && now < end_) {
      figures_.latencies.add(latency);
      figures_.answer_bytes = answer.size();
    }
  }

  void lose(Caller& caller, std::string_view why) {
    note_failure(why);
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, caller.peer.fd(), nullptr);
  }

  void note_failure(std::string_view why) {
    if (++figures_.failures == 1) figures_.first_failure = why;
  }

  std::vector<Caller>& callers_;
  const std::string_view marker_;
  const FileDescriptor epoll_;
  SteadyTime begin_;  // of what is measured
  SteadyTime end_;
  std::size_t under_way_ = 0;
  LoadFigures figures_;
};

// So that a server which keeps idle sessions is as it was before. Best effort.
void end_sessions(const McpTarget& target, std::vector<Caller>& callers) {
  std::string_view ended;
  for (auto& caller : callers) {
    if (caller.session.empty() || caller.session == ended) continue;
    ended = caller.session;
    (void)caller.peer.exchange(end_session_request(target, ended));
  }
}

}  // namespace

Result<LoadFigures> run_http_load(const HttpLoadOptions& options) {
  auto callers = connect_all(options);
  if (!callers) return fail(std::move(callers).error());
  auto figures = HttpLoad(options, *callers).run();
  end_sessions(options.target, *callers);
  return figures;
}

}  // namespace mtc::bench
