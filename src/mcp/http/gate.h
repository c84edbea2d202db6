// What every HTTP request passes before it is read: host, origin, token, limits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "mcp/http/request_limits.h"
#include "mcp/http/visit.h"
#include "mcp/principal.h"

namespace mtc::mcp {

// Says who holds a bearer token. Errc::unauthenticated for a token that is unknown, expired or
// revoked; Errc::unavailable if that cannot be found out now.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual Async<Result<Principal>> authenticate(std::string bearer) = 0;
};

struct GateOptions {
  std::vector<std::string> hosts;  // Host headers allowed besides loopback names; "*": any
  std::vector<std::string>
      origins;  // web pages allowed besides loopback's and our own, "https://app.example.org"
  // Where clients reach this server, without a slash at its end: 401 and 403 answers then tell
  // where to learn how to get a token (RFC 9728). Empty: they do not.
  std::string public_url;
  std::string scope;  // what a token needs to begin with, named in 401 answers; may be empty
  // Without an authenticator everybody is this.
  Principal anonymous{.subject = "anonymous", .name = {}, .scopes = {}, .channel = "http"};
};

inline constexpr std::string_view kResourceMetadataPath = "/.well-known/oauth-protected-resource";

class Gate {
 public:
  // Both may be null, and outlive the gate.
  Gate(GateOptions options, Authenticator* authenticator, RequestLimits* limits)
      : options_(std::move(options)), authenticator_(authenticator), limits_(limits) {}

  // Whether the visit goes on; if not, it has been answered. Sets its principal.
  Async<bool> admit(Visit& visit) const;
  // The same for what goes on for a while: calls and streams. Sets its ticket. Not for what may end
  // those: who has all places could not give one back.
  Async<bool> take_place(Visit& visit) const;
  // An admitted visit holds so many messages more.
  void charge(const Visit& visit, std::size_t more) const;
  // The first part of that, for a CORS preflight: no token comes with it.
  Async<bool> admit_page(Visit& visit) const;
  Async<> answer_preflight(Visit& visit, std::string_view methods,
                           std::string allowed_headers) const;

  // The token lacks this scope: 403 and how to get it.
  Async<> refuse_scope(Visit& visit, const std::string& scope) const;
  bool has_authenticator() const { return authenticator_ != nullptr; }

  void set_options(GateOptions options) { options_ = std::move(options); }

 private:
  Async<bool> authenticate(Visit& visit) const;
  Async<bool> count(Visit& visit) const;
  static Async<> refuse_for_now(Visit& visit, int seconds);
  std::string challenge(const Visit& visit, std::string_view error, std::string_view scope) const;

  GateOptions options_;
  Authenticator* const authenticator_;
  RequestLimits* const limits_;
};

}  // namespace mtc::mcp
