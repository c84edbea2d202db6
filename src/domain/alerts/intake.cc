#include "domain/alerts/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace mtc::alerts {
namespace {

constexpr Millis kOverlap = std::chrono::minutes(10);  // entries show up in a history late
constexpr std::int64_t kMostEnded = 1000;  // in a storm the rest waits for the next time

using Commit = Result<std::vector<AlertStore::TakenIn>>;

// A source whose clock is ahead must not hide the end of what it reports.
void put_in_time(Report& report, TimePoint now) {
  if (report.at == TimePoint{} || report.at > now) report.at = now;
  report.first = std::min(report.first, report.at);
}

// The end of something counts only after its beginning; an end of the same second is later.
void put_in_order(std::vector<Report>& reports) {
  std::ranges::sort(reports, {}, [](const Report& report) {
    return std::tuple(report.at, !report.firing, std::string_view(report.id));
  });
}

bool is_news(const AlertStore::TakenIn& one, const std::vector<Quiet>& quiet, TimePoint now) {
  const bool changed =
      one.taken == Taken::created || one.taken == Taken::returned || one.taken == Taken::recovered;
  return changed && one.alert.handling != Handling::quiet &&
         find_quiet(quiet, one.alert, now) == nullptr;
}

// Silences are read for each transaction: one that was just spoken holds at once.
Async<Commit> commit(IntakePorts ports, MergeRules rules, Account account,
                     std::vector<Report> reports, std::vector<AlertStore::TakenIn>& news) {
  const auto now = ports.clock.now();
  auto quiet = co_await ports.quiet.live(account, now);
  if (!quiet) co_return fail(std::move(quiet).error());
  rules.quiet = *quiet;
  for (auto& report : reports) put_in_time(report, now);
  put_in_order(reports);
  auto taken = co_await ports.store.take_in(account, std::move(reports), std::move(rules), now);
  if (!taken) co_return fail(std::move(taken).error());
  for (const auto& one : *taken) {
    if (is_news(one, *quiet, now)) news.push_back(one);
  }
  co_return taken;
}

Async<Result<>> commit_safely(IntakePorts ports, MergeRules rules, Account account,
                              std::vector<Report> reports,
                              std::vector<AlertStore::TakenIn>& news) try {
  const auto taken = co_await commit(ports, std::move(rules), account, std::move(reports), news);
  if (!taken) co_return fail(taken.error());
  co_return Result<>{};
} catch (const std::exception& e) {
  co_return fail(Errc::internal, fmt::format("alerts could not be stored: {}", e.what()));
}

}  // namespace

// One caller's reports.
struct Intake::Waiting {
  std::vector<Report> reports;
  std::size_t begun = 0;  // of them are in a transaction, or were
  std::size_t kept = 0;
  std::optional<Result<>> outcome;
  asio::steady_timer wake;

  void end(Result<> how) {
    if (outcome) return;
    outcome = std::move(how);
    wake.cancel();
  }
};

struct Intake::Line {
  IntakePorts ports;
  IntakeOptions options;
  Heard heard;
  std::map<Account, std::deque<std::shared_ptr<Waiting>>> queues;
  std::set<Account> writing;
  std::size_t waiting = 0;  // reports that are in no transaction yet
  bool closed = false;

  struct Batch {
    std::vector<Report> reports;
    std::vector<std::pair<std::shared_ptr<Waiting>, std::size_t>> callers;  // how many are whose
  };

  // As many as one transaction takes, in the order they came; of a large call a part.
  Batch next(Account account) {
    Batch out;
    auto& queue = queues[account];
    while (!queue.empty() && out.reports.size() < options.most_at_once) {
      const auto caller = queue.front();
      const std::size_t left = caller->reports.size() - caller->begun;
      const std::size_t count = std::min(left, options.most_at_once - out.reports.size());
      const auto first = caller->reports.begin() + static_cast<std::ptrdiff_t>(caller->begun);
      std::move(first, first + static_cast<std::ptrdiff_t>(count), std::back_inserter(out.reports));
      out.callers.emplace_back(caller, count);
      caller->begun += count;
      waiting -= count;
      if (count == left) queue.pop_front();
    }
    return out;
  }

  void settle(Account account, const Batch& batch, const Result<>& how) {
    for (const auto& [caller, count] : batch.callers) {
      if (how) {
        caller->kept += count;
        if (caller->kept == caller->reports.size()) caller->end({});
      } else {
        leave_out(account, caller);
        caller->end(how);
      }
    }
  }

  // What it brought besides is told again with the rest.
  void leave_out(Account account, const std::shared_ptr<Waiting>& caller) {
    waiting -= caller->reports.size() - caller->begun;
    caller->begun = caller->reports.size();
    std::erase(queues[account], caller);
  }

  void close() {
    closed = true;
    for (auto& [account, queue] : std::exchange(queues, {})) {
      for (const auto& caller : queue)
        caller->end(fail(Errc::unavailable, "the server is going down: send it again"));
    }
    waiting = 0;
  }
};

Intake::Intake(IntakePorts ports, IntakeOptions options, Heard heard)
    : line_(std::make_shared<Line>(ports, std::move(options), std::move(heard))) {
  line_->options.most_at_once = std::max<std::size_t>(line_->options.most_at_once, 1);
}

Intake::~Intake() {
  line_->close();
}

Async<Result<>> Intake::take_in(Account account, std::vector<Report> reports) {
  if (reports.empty()) co_return Result<>{};
  const auto line = line_;
  if (line->waiting + reports.size() > line->options.most_waiting) {
    co_return fail(Errc::rate_limited,
                   fmt::format("{} alert reports wait to be stored: send it again in a minute",
                               line->waiting));
  }
  const auto executor = co_await asio::this_coro::executor;
  const std::shared_ptr<Waiting> caller(
      new Waiting{.reports = std::move(reports),
                  .wake = asio::steady_timer(executor, asio::steady_timer::time_point::max())});
  line->waiting += caller->reports.size();
  line->queues[account].push_back(caller);
  if (line->writing.insert(account).second)
    asio::co_spawn(executor, write(line, account), asio::detached);
  while (!caller->outcome) co_await caller->wake.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return *caller->outcome;
}

// Belongs to no caller, so that none who leaves takes the others' reports along.
Async<> Intake::write(std::shared_ptr<Line> line, Account account) {
  // Whoever reports in the same moment goes in with the first transaction.
  co_await asio::post(asio::use_awaitable);
  for (auto batch = line->next(account); !batch.reports.empty(); batch = line->next(account)) {
    std::vector<AlertStore::TakenIn> news;
    const auto how = co_await commit_safely(line->ports, line->options.merge, account,
                                            std::move(batch.reports), news);
    line->settle(account, batch, how);
    if (how && !news.empty() && !line->closed && line->heard) line->heard(news);
  }
  line->writing.erase(account);
}

Async<Result<std::size_t>> Intake::poll(Account account, AlarmHistory& history, Millis reach) {
  const auto line = line_;
  const auto now = line->ports.clock.now();
  const auto until = co_await line->ports.store.read_until(account, history.name());
  if (!until) co_return fail(until.error());
  const auto from = *until ? std::max(**until - kOverlap, now - reach) : now - reach;
  auto reports = co_await history.since(from, now);
  if (!reports) co_return fail(std::move(reports).error());
  const std::size_t count = reports->size();
  // By and by: what calls back meanwhile finds room.
  for (std::size_t at = 0; at < count; at += line->options.most_at_once) {
    const auto first = reports->begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = std::min(count - at, line->options.most_at_once);
    std::vector<Report> some(std::make_move_iterator(first),
                             std::make_move_iterator(first + static_cast<std::ptrdiff_t>(size)));
    if (auto kept = co_await take_in(account, std::move(some)); !kept)
      co_return fail(std::move(kept).error());
  }
  if (auto noted = co_await line->ports.store.set_read_until(account, history.name(), now); !noted)
    co_return fail(std::move(noted).error());
  if (auto ended = co_await end_silent(account); !ended) co_return fail(std::move(ended).error());
  co_return count;
}

Async<Result<>> Intake::end_silent(Account account) {
  const auto line = line_;
  const auto now = line->ports.clock.now();
  AlertFilter filter{.state = State::firing, .now = now, .limit = kMostEnded};
  const auto firing = co_await line->ports.store.list(account, std::move(filter));
  if (!firing) co_return fail(firing.error());
  std::vector<Report> ends;
  for (const auto& alert : *firing) {
    if (auto end = report_of_end(alert, line->options.merge, now)) ends.push_back(std::move(*end));
  }
  co_return co_await take_in(account, std::move(ends));
}

}  // namespace mtc::alerts
