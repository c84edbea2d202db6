// How much is under way: for whoever wants to know whether the server has come to rest.
#pragma once

#include <cstddef>
#include <utility>

#include "infra/http/server.h"

namespace mtc::conformance {

struct Traffic {
  std::size_t running = 0;  // requests, those whose connection has gone but not their call, too
  std::size_t streams = 0;  // of those
};

// Counts itself for as long as it lives. Both outlive it.
class CountedExchange final : public HttpExchange {
 public:
  CountedExchange(HttpExchange& exchange, Traffic& traffic)
      : exchange_(exchange), traffic_(traffic) {
    ++traffic_.running;
  }
  CountedExchange(const CountedExchange&) = delete;
  CountedExchange& operator=(const CountedExchange&) = delete;
  ~CountedExchange() override {
    --traffic_.running;
    if (streams_) --traffic_.streams;
  }

  const HttpRequest& request() const override { return exchange_.request(); }
  Async<> respond(HttpResponse response) override { return exchange_.respond(std::move(response)); }
  Async<> begin_stream(int status, HttpHeaders headers) override {
    if (!std::exchange(streams_, true)) ++traffic_.streams;
    return exchange_.begin_stream(status, std::move(headers));
  }
  Async<> write(std::string chunk) override { return exchange_.write(std::move(chunk)); }
  Async<> finish() override { return exchange_.finish(); }
  Async<> finish_and_close() override { return exchange_.finish_and_close(); }
  bool gone() const override { return exchange_.gone(); }
  void cancel() override { exchange_.cancel(); }

 private:
  HttpExchange& exchange_;
  Traffic& traffic_;
  bool streams_ = false;
};

}  // namespace mtc::conformance
