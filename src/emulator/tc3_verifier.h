// Verifies TC3-HMAC-SHA256, written from the documents and not shared with any client of ours, so
// that it can judge one.
#pragma once

#include <string>
#include <vector>

#include "emulator/accounts.h"
#include "emulator/api_error.h"
#include "infra/http/server.h"

namespace mtc::emulator {

struct Caller {
  const Account* account = nullptr;
  std::string service;  // from the credential scope; on a loopback host some clients write its
                        // first label ("127")
};

struct Tc3Rules {
  std::int64_t now_seconds = 0;
  bool tokens_expired = false;  // refuse every temporary key
};

// `accounts` must outlive the result.
ApiResult<Caller> verify_tc3(const HttpRequest& request, const std::vector<Account>& accounts,
                             const Tc3Rules& rules);

// "127.0.0.1:80", "localhost", "[::1]:80".
bool is_loopback_host(std::string_view host);
std::string_view without_port(std::string_view host);

}  // namespace mtc::emulator
