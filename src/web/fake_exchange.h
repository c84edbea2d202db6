// An exchange without a network: what was answered stays to be looked at.
#pragma once

#include <utility>

#include "infra/http/server.h"

namespace mtc::web {

struct FakeExchange final : HttpExchange {
  explicit FakeExchange(HttpRequest request) : asked(std::move(request)) {}

  const HttpRequest& request() const override { return asked; }
  Async<> respond(HttpResponse response) override {
    answer = std::move(response);
    co_return;
  }
  Async<> begin_stream(int, HttpHeaders) override { co_return; }
  Async<> write(std::string) override { co_return; }
  Async<> finish() override { co_return; }
  Async<> finish_and_close() override { co_return; }
  bool gone() const override { return false; }
  void cancel() override {}

  HttpRequest asked;
  HttpResponse answer;
};

}  // namespace mtc::web
