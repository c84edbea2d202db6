// Bytes of HTTP/1.1 → HttpRequest. Beast's parser checks the grammar and the limits and calls back
// into the request's own fields, so that no second copy of the headers is made and their memory is
// used again on a kept connection.
#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "infra/http/server.h"

namespace mtc {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Clears `request` and fills it; `spare` keeps header strings between requests. Both outlive the
  // parser.
  RequestParser(HttpRequest& request, HttpHeaders& spare, const HttpServerOptions& options);

  bool expects_continue() const { return expects_continue_; }
  int version_number() const { return version_; }  // 10 or 11

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;
  using Field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb verb, View method, View target, int version,
                       ErrorCode& ec) override;
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_field_impl(Field field, View name, View value, ErrorCode& ec) override;
  void on_header_impl(ErrorCode& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& ec) override;
  std::size_t on_body_impl(View body, ErrorCode& ec) override;
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t remain, View body, ErrorCode& ec) override;
  void on_finish_impl(ErrorCode&) override {}

  HttpRequest& request_;
  HttpHeaders& spare_;
  const std::size_t max_headers_;
  int version_ = 11;
  int hosts_ = 0;
  bool expects_continue_ = false;
  int transfer_encodings_ = 0;
  bool plainly_chunked_ = false;  // "chunked" and nothing else
};

}  // namespace mtc
