#include "infra/http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include "base/text.h"

namespace mtc {
namespace {

namespace http = boost::beast::http;

// A peer that announces a large body has not sent it yet: memory follows what arrives.
constexpr std::uint64_t kTrustedReserve = 64U << 10U;
// What a kept connection holds on to between requests.
constexpr std::size_t kKeptBody = 64U << 10U;
constexpr std::size_t kKeptHeaders = 64;
constexpr std::size_t kKeptHeader = 1U << 10U;  // bytes of one

std::string_view std_view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// "http://host/path?query", as sent to proxies, means "/path?query".
std::string_view without_authority(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

RequestParser::RequestParser(HttpRequest& request, HttpHeaders& spare,
                             const HttpServerOptions& options)
    : request_(request), spare_(spare), max_headers_(options.max_headers) {
  header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  body_limit(options.max_body_bytes);
  eager(true);
  for (auto& header : request_.headers) {
    if (spare_.size() >= kKeptHeaders) break;
    if (header.first.capacity() + header.second.capacity() > kKeptHeader) continue;
    spare_.push_back(std::move(header));
  }
  request_.headers.clear();
  request_.body.clear();
  if (request_.body.capacity() > kKeptBody) std::string().swap(request_.body);
}

void RequestParser::on_request_impl(http::verb, View method, View target, int version,
                                    ErrorCode& ec) {
  version_ = version;
  request_.method.assign(method.data(), method.size());
  const auto local = without_authority(std_view(target));
  if (!local.starts_with('/') && !local.starts_with('?') && local != "*") {
    ec = http::error::bad_target;
    return;
  }
  const auto mark = local.find('?');
  request_.path.assign(mark == 0 ? "/" : local.substr(0, mark));
  request_.query.assign(mark == std::string_view::npos ? "" : local.substr(mark + 1));
}

void RequestParser::on_field_impl(Field field, View name, View value, ErrorCode& ec) {
  if (is_header_done()) return;  // a trailer: nobody reads those
  if (request_.headers.size() >= max_headers_) {
    ec = http::error::header_limit;
    return;
  }
  if (field == Field::host) ++hosts_;
  if (field == Field::transfer_encoding) {
    ++transfer_encodings_;
    plainly_chunked_ = equals_ignoring_case(std_view(value), "chunked");
  }
  if (field == Field::expect) {
    expects_continue_ = equals_ignoring_case(std_view(value), "100-continue");
  }
  if (spare_.empty()) {
    request_.headers.emplace_back(std_view(name), std_view(value));
    return;
  }
  auto& header = request_.headers.emplace_back(std::move(spare_.back()));
  spare_.pop_back();
  header.first.assign(name.data(), name.size());
  header.second.assign(value.data(), value.size());
}

void RequestParser::on_header_impl(ErrorCode& ec) {
  if (hosts_ > 1 || (hosts_ == 0 && version_ >= 11)) {
    ec = http::error::bad_field;
  } else if (transfer_encodings_ > 0 &&
             (transfer_encodings_ > 1 || !plainly_chunked_ || version_ < 11)) {
    // Where the body ends would be a guess, and two servers might guess differently; and nobody
    // here undoes another coding below "chunked".
    ec = http::error::bad_transfer_encoding;
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
  if (length) request_.body.reserve(std::min(*length, kTrustedReserve));
}

std::size_t RequestParser::on_body_impl(View body, ErrorCode&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, ErrorCode& ec) {
  return on_body_impl(body, ec);
}

}  // namespace mtc
