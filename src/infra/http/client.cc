#include "infra/http/client.h"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "infra/http/transfer.h"
#include "infra/http/url.h"

namespace mtc {
namespace {

// With no transfer the thread sleeps until it is woken; this only bounds that sleep.
constexpr Millis kIdlePoll{600'000};
constexpr Millis kBusyPoll{1'000};

void init_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

// The thread and what it works on. start() and cancel() may be called from any thread.
class CurlTransport::Worker {
 public:
  explicit Worker(CurlOptions options) : options_(std::move(options)) {}

  void start(std::shared_ptr<Transfer> transfer) {
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_) {
        if (!thread_.joinable()) launch();
        commands_.push_back({.transfer = std::move(transfer), .order = Order::begin});
        curl_multi_wakeup(multi_);
        return;
      }
    }
    transfer->complete(transfer->cancelled());
  }

  void cancel(const std::weak_ptr<Transfer>& weak) { tell(weak, Order::cancel); }
  // After a mailbox that was full has been emptied.
  void go_on(const std::weak_ptr<Transfer>& weak) { tell(weak, Order::go_on); }

  // Returns when the thread is done posting what it is just posting: only then may the coroutine go
  // on, for it may end the loop, and the loop must not be destroyed while somebody still posts to
  // it.
  void await_delivery() { const std::lock_guard lock(delivery_); }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (multi_ != nullptr) curl_multi_wakeup(multi_);
    }
    if (!thread_.joinable()) return;
    thread_.join();
    const std::lock_guard lock(mutex_);
    curl_multi_cleanup(multi_);
    multi_ = nullptr;
  }

 private:
  enum class Order { begin, go_on, cancel };
  struct Command {
    std::shared_ptr<Transfer> transfer;
    Order order = Order::begin;
  };

  void tell(const std::weak_ptr<Transfer>& weak, Order order) {
    auto transfer = weak.lock();
    const std::lock_guard lock(mutex_);
    if (!transfer || stopping_ || multi_ == nullptr) return;
    commands_.push_back({.transfer = std::move(transfer), .order = order});
    curl_multi_wakeup(multi_);
  }

  // With mutex_ held.
  void launch() {
    init_curl_once();
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections_per_host);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4 * options_.max_connections_per_host);
    thread_ = std::thread([this] { loop(); });
  }

  void loop() {
    while (take_commands()) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      collect_finished();
      expire();
      curl_multi_poll(multi_, nullptr, 0, static_cast<int>(time_to_sleep().count()), nullptr);
    }
    while (!transfers_.empty()) {
      const auto transfer = transfers_.begin()->second;
      finish(transfer, transfer->cancelled());
    }
  }

  // False when it is time to stop.
  bool take_commands() {
    std::vector<Command> commands;
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      commands.swap(commands_);
      stopping = stopping_;
    }
    for (auto& command : commands) {
      if (command.order == Order::begin) {
        begin(std::move(command.transfer));
      } else if (!transfers_.contains(command.transfer.get())) {
        continue;  // it has ended meanwhile
      } else if (command.order == Order::cancel) {
        finish(command.transfer, command.transfer->cancelled());
      } else {
        command.transfer->go_on(std::chrono::steady_clock::now());
      }
    }
    return !stopping;
  }

  void begin(std::shared_ptr<Transfer> transfer) {
    transfer->easy.reset(curl_easy_init());
    if (!transfer->easy) {
      deliver(*transfer, fail(Errc::resource_exhausted, transfer->what() + ": out of memory"));
      return;
    }
    transfer->set_up(options_);
    curl_multi_add_handle(multi_, transfer->easy.get());
    deadlines_.emplace(transfer->deadline, transfer.get());
    transfers_.emplace(transfer.get(), std::move(transfer));
  }

  void collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      char* user = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
      const auto found = transfers_.find(reinterpret_cast<Transfer*>(user));
      if (found == transfers_.end()) continue;
      const auto transfer = found->second;
      finish(transfer, transfer->outcome(code));
    }
  }

  void expire() {
    const auto now = std::chrono::steady_clock::now();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const auto transfer = transfers_.at(deadlines_.begin()->second);
      if (transfer->postpone(now)) {
        deadlines_.erase(deadlines_.begin());
        deadlines_.emplace(transfer->deadline, transfer.get());
      } else {
        finish(transfer, transfer->timed_out());
      }
    }
  }

  void deliver(Transfer& transfer, Result<OutboundResponse> result) {
    const std::lock_guard lock(delivery_);
    transfer.complete(std::move(result));
  }

  // The waiting coroutine is told first: taking the transfer apart may take its time.
  void finish(const std::shared_ptr<Transfer>& transfer, Result<OutboundResponse> result) {
    deliver(*transfer, std::move(result));
    curl_multi_remove_handle(multi_, transfer->easy.get());
    transfer->easy.reset();
    const auto [first, last] = deadlines_.equal_range(transfer->deadline);
    for (auto it = first; it != last; ++it) {
      if (it->second == transfer.get()) {
        deadlines_.erase(it);
        break;
      }
    }
    transfers_.erase(transfer.get());
  }

  Millis time_to_sleep() const {
    if (deadlines_.empty()) return kIdlePoll;
    const auto left =
        std::chrono::ceil<Millis>(deadlines_.begin()->first - std::chrono::steady_clock::now());
    return std::clamp(left, Millis{0}, kBusyPoll);
  }

  const CurlOptions options_;
  std::mutex mutex_;
  std::vector<Command> commands_;  // guarded by mutex_
  bool stopping_ = false;          // guarded by mutex_
  CURLM* multi_ = nullptr;  // set with mutex_ held before the thread starts, then the thread's
  std::thread thread_;
  std::mutex delivery_;  // held while the thread posts an outcome

  // The thread's own.
  std::map<Transfer*, std::shared_ptr<Transfer>> transfers_;
  std::multimap<SteadyTime, Transfer*> deadlines_;
};

CurlTransport::CurlTransport(CurlOptions options)
    : worker_(std::make_shared<Worker>(std::move(options))) {}

CurlTransport::~CurlTransport() {
  worker_->stop();
}

Async<Result<OutboundResponse>> CurlTransport::send(OutboundRequest request) {
  if (auto ok = check_request(request); !ok) co_return fail(ok.error());
  auto host = host_of_url(request.url);
  if (!host) co_return fail(std::move(host).error());
  const auto transfer = std::make_shared<Transfer>();
  transfer->host = std::move(*host);
  transfer->request = std::move(request);
  transfer->plan_deadline(std::chrono::steady_clock::now());

  const auto worker = worker_;  // the transport may be gone when this resumes
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                          void(Result<OutboundResponse>)>(
      [worker, transfer](auto handler) {
        const auto executor = asio::get_associated_executor(handler);
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
          slot.assign([worker, weak = std::weak_ptr(transfer)](asio::cancellation_type) {
            worker->cancel(weak);
          });
        }
        transfer->complete = [worker, executor, slot, handler = std::move(handler)](
                                 Result<OutboundResponse> result) mutable {
          asio::post(executor, [worker, slot, handler = std::move(handler),
                                result = std::move(result)]() mutable {
            worker->await_delivery();
            slot.clear();
            std::move(handler)(std::move(result));
          });
        };
        worker->start(transfer);
      },
      asio::use_awaitable);
}

Async<Result<>> CurlTransport::send_streaming(OutboundRequest request, ResponseSink sink,
                                              StreamingOptions options) {
  if (auto ok = check_request(request); !ok) co_return fail(ok.error());
  auto host = host_of_url(request.url);
  if (!host) co_return fail(std::move(host).error());
  const auto mailbox = std::make_shared<StreamMailbox>(options.max_waiting_bytes);
  const auto transfer = std::make_shared<Transfer>();
  transfer->host = std::move(*host);
  transfer->request = std::move(request);
  transfer->mailbox = mailbox;
  transfer->idle_timeout = options.idle_timeout;
  transfer->plan_deadline(std::chrono::steady_clock::now());
  transfer->complete = [mailbox](const Result<OutboundResponse>& result) {
    mailbox->put_end(result ? Result<>{} : fail(result.error()));
  };

  const auto worker = worker_;  // the transport may be gone when this resumes
  const std::weak_ptr<Transfer> weak = transfer;
  worker->start(transfer);
  struct Ended {  // however this coroutine ends
    const std::shared_ptr<Worker>& worker;
    const std::weak_ptr<Transfer>& transfer;
    ~Ended() { worker->cancel(transfer); }
  } const ended{.worker = worker, .transfer = weak};
  while (!(co_await asio::this_coro::cancellation_state).cancelled()) {
    auto news = co_await mailbox->next([worker, weak] { worker->cancel(weak); });
    if (news.head && !sink.head(news.head->status, news.head->headers)) co_return Result<>{};
    if (!news.bytes.empty() && !sink.body(news.bytes)) co_return Result<>{};
    if (news.end) co_return std::move(*news.end);
    if (news.was_full) worker->go_on(weak);
  }
  co_return transfer->cancelled();  // by the sink itself, or before it began
}

}  // namespace mtc
