#include "infra/http/transfer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/encoding.h"
#include "base/text.h"
#include "infra/crypto/sha256.h"
#include "infra/http/url.h"

namespace mtc {
namespace {

constexpr std::size_t kMaxHeaderBytes = 256U << 10U;

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.mailbox) {
    transfer.paused = !transfer.mailbox->put({data, size});
    if (transfer.paused) return CURL_WRITEFUNC_PAUSE;
    transfer.last_byte = std::chrono::steady_clock::now();
    return size;
  }
  if (size > transfer.request.max_response_bytes - transfer.response.body.size()) {
    transfer.too_large = true;
    return size + 1;  // any other number than size ends the transfer
  }
  transfer.response.body.append(data, size);
  return size;
}

// Interim answers (1xx) are none, and what comes after the body is no head any more.
void give_head(Transfer& transfer) {
  if (!transfer.mailbox || transfer.head_given) return;
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200) return;
  transfer.head_given = true;
  transfer.last_byte = std::chrono::steady_clock::now();
  transfer.mailbox->put_head(static_cast<int>(status), transfer.response.headers);
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
  if (line.empty()) {
    transfer.headers_complete = true;
    give_head(transfer);
  }
  if (const auto colon = line.find(':'); colon != std::string_view::npos && colon > 0) {
    transfer.response.headers.emplace_back(trim(line.substr(0, colon)),
                                           trim(line.substr(colon + 1)));
  }
  return size;
}

HeaderList make_header_list(const OutboundRequest& request, const std::string& host_header) {
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
  if (!host_header.empty()) add("Host: " + host_header);
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
      return "the certificates of the authorities to trust cannot be read";
    case CURLE_SSL_CERTPROBLEM:
      return "our own certificate or its key cannot be used; check that they belong together";
    case CURLE_SSL_CONNECT_ERROR:
      // Also where the authority has the right name but another key: made anew, as clusters are.
      return "TLS could not be set up; perhaps the certificate of the other side is not of the "
             "authority that is trusted here, or it speaks no TLS";
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

// Without CURLOPT_TIMEOUT_MS only connecting times out.
bool is_before_sending(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CONNECT_ERROR:
      return true;
    default:
      return false;
  }
}

// "alert unknown ca": what the other side said of our certificate. OpenSSL's own words.
std::string_view alert_in(std::string_view trouble) {
  const auto at = trouble.find("alert ");
  if (at == std::string_view::npos) return {};
  const auto rest = trouble.substr(at);
  return prefix_of_bytes(rest.substr(0, rest.find(',')), 60);
}

curl_blob blob_of(const std::string& text) {
  return {.data = const_cast<char*>(text.data()), .len = text.size(), .flags = CURL_BLOB_NOCOPY};
}

bool is_host_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
}

std::string part_of(CURLU* url, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

}  // namespace

Result<void> check_request(const OutboundRequest& request) {
  if (has_control_character(request.url) || request.url.find(' ') != std::string::npos) {
    return fail(Errc::invalid_argument, "the address holds blanks or control characters");
  }
  if (request.method.empty() || has_control_character(request.method)) {
    return fail(Errc::invalid_argument, "the request method is not valid");
  }
  if (request.tls && !is_host_name(request.tls->server_name)) {
    return fail(Errc::invalid_argument,
                "the name that the server's certificate shall have is none");
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
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, trouble.data());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set_method(handle, request);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  // An unpacked piece may be larger than what a streamed answer may keep waiting.
  if (!mailbox) curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  std::string host_header;
  if (request.tls) host_header = set_up_tls();
  header_list = make_header_list(request, host_header);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, header_list.get());
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

// Answers the Host header to send, if it is not the one of the address as libcurl is told it.
std::string Transfer::set_up_tls() {
  CURL* handle = easy.get();
  const ClientTls& tls = *request.tls;
  if (!tls.ca.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    const auto blob = blob_of(tls.ca);
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (!tls.certificate.empty()) {
    // libcurl takes a connection (and a session of TLS) for another request if the certificates are
    // the same, and does not look at the keys: whoever had no more than a copy of a certificate
    // could use the connections of its owner. What stands before the first certificate is skipped
    // when it is read, but compared.
    marked_certificate = fmt::format(
        "identity {}\n{}", to_hex(sha256(tls.certificate + '\0' + tls.key)), tls.certificate);
    const auto certificate = blob_of(marked_certificate);
    const auto key = blob_of(tls.key);
    curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
    curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
  }
  if (tls.server_name.empty()) return {};
  // The address names whom to verify, and the connection goes where the request says.
  url.reset(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, request.url.c_str(), 0) != CURLUE_OK) return {};
  const auto real_host = part_of(url.get(), CURLUPART_HOST, 0);
  const auto port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (curl_url_set(url.get(), CURLUPART_HOST, tls.server_name.c_str(), 0) != CURLUE_OK) return {};
  connect_to.reset(curl_slist_append(nullptr, fmt::format("::{}:{}", real_host, port).c_str()));
  curl_easy_setopt(handle, CURLOPT_URL, nullptr);
  curl_easy_setopt(handle, CURLOPT_CURLU, url.get());
  curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to.get());
  return find_header(request.headers, "Host").empty() ? fmt::format("{}:{}", real_host, port)
                                                      : std::string();
}

void Transfer::plan_deadline(SteadyTime now) {
  started = now;
  deadline = now + (mailbox ? std::min(request.timeout, idle_timeout) : request.timeout);
}

bool Transfer::postpone(SteadyTime now) {
  if (!mailbox) return false;
  SteadyTime due = started + request.timeout;
  if (paused) {
    due = now + idle_timeout;
  } else if (head_given) {
    due = last_byte + idle_timeout;
  }
  if (due <= now) return false;
  deadline = std::min(due, now + idle_timeout);
  return true;
}

void Transfer::go_on(SteadyTime now) {
  if (!paused) return;
  paused = false;
  last_byte = now;
  curl_easy_pause(easy.get(), CURLPAUSE_CONT);
}

std::unexpected<Error> Transfer::timed_out() const {
  if (head_given) {
    return fail(Errc::timed_out,
                fmt::format("{}: nothing more of the answer within {} ms; the other side or the "
                            "network is slow",
                            what(), idle_timeout.count()));
  }
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
    const auto alert = alert_in(trouble.data());
    return fail({.code = Errc::unavailable,
                 .message = alert.empty()
                                ? fmt::format("{}: {} ({})", what(), explain(code),
                                              curl_easy_strerror(code))
                                : fmt::format("{}: the other side ended TLS: {}", what(), alert),
                 .vendor_code = std::string(is_before_sending(code) ? kNotSent : "")});
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
