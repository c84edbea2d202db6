// One request on its way through libcurl: how it is set up, what comes back, what that means. The
// thread that drives many of them is in client.cc.
#pragma once

#include <curl/curl.h>

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "infra/http/client.h"
#include "infra/http/stream_mailbox.h"

namespace mtc {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// From its start until complete() was called; touched by the worker's thread only.
struct Transfer {
  OutboundRequest request;
  std::string host;
  SteadyTime deadline;
  std::move_only_function<void(Result<OutboundResponse>)> complete;

  // Of a streamed answer; null: the answer is collected in `response`.
  std::shared_ptr<StreamMailbox> mailbox;
  Millis idle_timeout{0};
  SteadyTime started;
  SteadyTime last_byte;  // of the body, or when the head came
  bool head_given = false;
  bool paused = false;

  HeaderList header_list;
  HeaderList connect_to;
  UrlHandle url;
  std::string marked_certificate;
  std::array<char, CURL_ERROR_SIZE> trouble{};
  EasyHandle easy;  // after what it uses
  OutboundResponse response;
  std::size_t header_bytes = 0;
  bool headers_complete = false;
  bool too_large = false;
  bool headers_too_large = false;

  // Gives the easy handle all it needs. The transfer stays where it is from here on.
  void set_up(const CurlOptions& options);
  // For the first look at the clock, and whether the time that was up then is up in truth: a
  // streamed answer has as long as bytes keep coming.
  void plan_deadline(SteadyTime now);
  bool postpone(SteadyTime now);
  // Lets a streamed answer go on that had to wait for its taker.
  void go_on(SteadyTime now);
  // What it came to when libcurl ended it, and when we do.
  Result<OutboundResponse> outcome(CURLcode code);
  std::unexpected<Error> timed_out() const;
  std::unexpected<Error> cancelled() const;

  // For messages: the method and the host, nothing that may be secret.
  std::string what() const;

 private:
  std::string set_up_tls();
};

// Errc::invalid_argument for what would break the request's own form: a blank in the address, a
// line break in a header.
Result<void> check_request(const OutboundRequest& request);

}  // namespace mtc
