#include "infra/http/transfer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "infra/http/url.h"

namespace mtc {
namespace {

constexpr std::size_t kMaxHeaderBytes = 256U << 10U;

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

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
    std::string line = name;
    line.append(value.empty() ? ";" : ": ").append(value);  // libcurl's form of an empty header
    add(line);
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

}  // namespace

Result<void> check_request(const OutboundRequest& request) {
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

void Transfer::set_up(const CurlOptions& options) {
  CURL* handle = easy.get();
  header_list = make_header_list(request);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set_method(handle, request);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, header_list.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  if (is_loopback(host)) curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // Or removing a transfer would wait for a name look-up to end.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
}

std::unexpected<Error> Transfer::timed_out() const {
  return fail(Errc::timed_out,
              fmt::format("{}: no whole answer within {} ms; the other side or the network is slow",
                          what(), request.timeout.count()));
}

std::unexpected<Error> Transfer::cancelled() const {
  return fail(Errc::cancelled, what() + ": the request was cancelled");
}

Result<OutboundResponse> Transfer::outcome(CURLcode code) {
  if (too_large) {
    return fail(Errc::resource_exhausted,
                fmt::format("{}: the answer is larger than {} bytes; ask for less at a time",
                            what(), request.max_response_bytes));
  }
  if (headers_too_large) {
    return fail(Errc::unavailable, what() + ": the answer's headers are far too large");
  }
  if (code == CURLE_URL_MALFORMAT) {
    return fail(Errc::invalid_argument, what() + ": the address is not a valid URL");
  }
  if (code != CURLE_OK) {
    return fail(Errc::unavailable,
                fmt::format("{}: {} ({})", what(), explain(code), curl_easy_strerror(code)));
  }
  // libcurl takes headers that end in the middle for an answer.
  if (!headers_complete) {
    return fail(Errc::unavailable, fmt::format("{}: {}", what(), explain(CURLE_PARTIAL_FILE)));
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return std::move(response);
}

std::string Transfer::what() const {
  return fmt::format("{} {}", request.method, host);
}

}  // namespace mtc
