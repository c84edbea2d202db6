// How an operation says that it failed: one Error type, carried in the return value.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace mtc {

// What kind of failure it is, so far as the caller may act on it. Protocols map these in one switch
// each.
enum class Errc {
  invalid_argument,  // the request is wrong; repeating it will not help
  unauthenticated,   // we do not know who is asking
  denied,            // we know, and it is not allowed
  not_found,
  conflict,            // the state changed or already exists
  rate_limited,        // too often; later it may work
  resource_exhausted,  // disk, memory, quota
  unavailable,         // the other side is away or answered nonsense; a retry may work
  timed_out,
  cancelled,
  internal,  // our own fault
};

// "invalid_argument" and so on, for logs and JSON.
std::string_view name_of(Errc code);

struct Error {
  Errc code = Errc::internal;
  std::string message;      // for people: what, where, what to do; never holds a secret
  std::string vendor_code;  // the outside system's own code, e.g. "AuthFailure.SignatureFailure";
                            // may be empty
  std::string request_id;   // the outside system's id of the request, for its support; may be empty

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Errc code, std::string message) {
  return std::unexpected<Error>(Error{.code = code, .message = std::move(message)});
}
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

// Puts "context: " before the message and keeps everything else.
std::unexpected<Error> fail_in(std::string_view context, Error error);

}  // namespace mtc
