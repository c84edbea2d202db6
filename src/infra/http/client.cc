#include "infra/http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/text.h"

namespace mtc {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kMaxHeaderBytes = 256U << 10U;
// With no transfer the thread sleeps until it is woken; this only bounds that sleep.
constexpr Millis kIdlePoll{600'000};
constexpr Millis kBusyPoll{1'000};

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

void init_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// The host without port, brackets and "user:password@": fit for messages.
Result<std::string> host_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  const std::string scheme =
      to_lower_ascii(url.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end));
  if (scheme != "http" && scheme != "https") {
    return fail(Errc::invalid_argument, "only http:// and https:// addresses can be requested");
  }
  std::string_view rest = url.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) {
    rest = rest.substr(1, rest.find(']') - 1);
  } else {
    rest = rest.substr(0, rest.find(':'));
  }
  if (rest.empty()) return fail(Errc::invalid_argument, "the address has no host");
  return std::string(rest);
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Result<void> check(const OutboundRequest& request) {
  if (has_control_character(request.url) || request.url.find(' ') != std::string::npos) {
    return fail(Errc::invalid_argument, "the address holds blanks or control characters");
  }
  if (request.method.empty() || has_control_character(request.method)) {
    return fail(Errc::invalid_argument, "the request method is not valid");
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || name.find(':') != std::string::npos || has_control_character(name) ||
        has_control_character(value)) {
      return fail(Errc::invalid_argument, "a request header holds characters that are not allowed");
    }
  }
  return {};
}

// One request from its start until complete() was called; touched by the worker thread only.
struct Transfer {
  OutboundRequest request;
  std::string host;
  SteadyTime deadline;
  std::move_only_function<void(Result<OutboundResponse>)> complete;

  EasyHandle easy;
  HeaderList header_list;
  OutboundResponse response;
  std::size_t header_bytes = 0;
  bool headers_complete = false;
  bool too_large = false;
  bool headers_too_large = false;
  char error_text[CURL_ERROR_SIZE] = {};

  std::string what() const { return fmt::format("{} {}", request.method, host); }
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (size > transfer.request.max_response_bytes - transfer.response.body.size()) {
    transfer.too_large = true;
    return size + 1;  // any other number than size ends the transfer
  }
  transfer.response.body.append(data, size);
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line = trim({data, size});
  transfer.header_bytes += size;
  if (transfer.header_bytes > kMaxHeaderBytes) {
    transfer.headers_too_large = true;
    return size + 1;
  }
  if (line.starts_with("HTTP/")) {  // the final answer replaces "100 Continue" and the like
    transfer.response.headers.clear();
    transfer.headers_complete = false;
    return size;
  }
  if (line.empty()) transfer.headers_complete = true;
  if (const auto colon = line.find(':'); colon != std::string_view::npos && colon > 0) {
    transfer.response.headers.emplace_back(trim(line.substr(0, colon)),
                                           trim(line.substr(colon + 1)));
  }
  return size;
}

HeaderList make_header_list(const OutboundRequest& request) {
  curl_slist* list = nullptr;
  const auto add = [&list](const std::string& line) {
    list = curl_slist_append(list, line.c_str());
  };
  for (const auto& [name, value] : request.headers) {
    add(value.empty() ? name + ";" : name + ": " + value);  // libcurl's form of an empty header
  }
  add("Expect:");  // no waiting for "100 Continue"
  if (find_header(request.headers, "Content-Type").empty()) add("Content-Type:");
  return HeaderList(list);
}

void set_method(CURL* easy, const OutboundRequest& request) {
  const bool has_body = !request.body.empty() || request.method == "POST";
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                     request.body.data());  // not copied: the transfer owns it
  }
  if (request.method != "GET" && request.method != "HEAD" && request.method != "POST") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (request.method == "GET" && has_body) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "GET");
  }
}

void set_up(Transfer& transfer, const CurlOptions& options) {
  CURL* easy = transfer.easy.get();
  transfer.header_list = make_header_list(transfer.request);
  curl_easy_setopt(easy, CURLOPT_URL, transfer.request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set_method(easy, transfer.request);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.header_list.get());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  if (is_loopback(transfer.host)) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Or removing a transfer would wait for a name look-up to end.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error_text);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

std::unexpected<Error> timed_out(const Transfer& transfer) {
  return fail(Errc::timed_out,
              fmt::format("{}: no whole answer within {} ms; the other side or the network is slow",
                          transfer.what(), transfer.request.timeout.count()));
}

std::unexpected<Error> cancelled(const Transfer& transfer) {
  return fail(Errc::cancelled, transfer.what() + ": the request was cancelled");
}

// The part of the sentence after the host: what went wrong, and what to look at.
std::string_view explain(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "the name could not be resolved; check DNS and the proxy settings";
    case CURLE_COULDNT_CONNECT:
      return "could not connect; check the network, the address and the proxy settings";
    case CURLE_OPERATION_TIMEDOUT:
      return "could not connect in time; check the network and the proxy settings";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return "the certificate of the other side cannot be trusted; check the CA file";
    case CURLE_SSL_CACERT_BADFILE:
      return "the CA file cannot be read";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS could not be set up";
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return "the connection was lost before the whole answer had arrived";
    case CURLE_BAD_CONTENT_ENCODING:
      return "the answer's compression is broken";
    default:
      return "the answer is not proper HTTP or the connection failed";
  }
}

Result<OutboundResponse> outcome(Transfer& transfer, CURLcode code) {
  if (transfer.too_large) {
    return fail(Errc::resource_exhausted,
                fmt::format("{}: the answer is larger than {} bytes; ask for less at a time",
                            transfer.what(), transfer.request.max_response_bytes));
  }
  if (transfer.headers_too_large) {
    return fail(Errc::unavailable, transfer.what() + ": the answer's headers are far too large");
  }
  if (code == CURLE_URL_MALFORMAT) {
    return fail(Errc::invalid_argument, transfer.what() + ": the address is not a valid URL");
  }
  if (code != CURLE_OK) {
    return fail(Errc::unavailable, fmt::format("{}: {} ({})", transfer.what(), explain(code),
                                               curl_easy_strerror(code)));
  }
  // libcurl takes headers that end in the middle for an answer.
  if (!transfer.headers_complete) {
    return fail(Errc::unavailable,
                fmt::format("{}: {}", transfer.what(), explain(CURLE_PARTIAL_FILE)));
  }
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  return std::move(transfer.response);
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
        commands_.push_back({.transfer = std::move(transfer), .cancel = false});
        curl_multi_wakeup(multi_);
        return;
      }
    }
    transfer->complete(cancelled(*transfer));
  }

  void cancel(const std::weak_ptr<Transfer>& weak) {
    auto transfer = weak.lock();
    const std::lock_guard lock(mutex_);
    if (!transfer || stopping_ || multi_ == nullptr) return;
    commands_.push_back({.transfer = std::move(transfer), .cancel = true});
    curl_multi_wakeup(multi_);
  }

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
  struct Command {
    std::shared_ptr<Transfer> transfer;
    bool cancel = false;
  };

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
      finish(transfer, cancelled(*transfer));
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
      if (command.cancel) {
        if (transfers_.contains(command.transfer.get()))
          finish(command.transfer, cancelled(*command.transfer));
      } else {
        begin(std::move(command.transfer));
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
    set_up(*transfer, options_);
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
      finish(transfer, outcome(*transfer, code));
    }
  }

  void expire() {
    const auto now = std::chrono::steady_clock::now();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const auto transfer = transfers_.at(deadlines_.begin()->second);
      finish(transfer, timed_out(*transfer));
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
  if (auto ok = check(request); !ok) co_return fail(ok.error());
  auto host = host_of(request.url);
  if (!host) co_return fail(std::move(host).error());
  const auto transfer = std::make_shared<Transfer>();
  transfer->host = std::move(*host);
  transfer->deadline = std::chrono::steady_clock::now() + request.timeout;
  transfer->request = std::move(request);

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

}  // namespace mtc
