// How to reach one cluster and as whom: what a kubeconfig says, as far as it may decide that here.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "infra/http/transport.h"

namespace mtc::kubernetes {

struct Kubeconfig {
  std::string server;  // "https://10.0.0.20/clusters/a": with the path, without a slash at the end
  std::string host;    // of it, for messages
  std::string token;   // a secret; empty: the certificate says who we are
  ClientTls tls;       // holds a private key: a secret
};

// Reads the current context of a kubeconfig (YAML, at most 256 KiB, from outside: never trusted).
// Errc::invalid_argument with a sentence that names the field for all that is missing, broken or
// refused: programs to run (exec, auth-provider), files of this machine, passwords, somebody else's
// name (as), proxies, switched-off verification, http (but for loopback addresses). No message
// quotes a value.
Result<Kubeconfig> parse_kubeconfig(std::string_view yaml);

}  // namespace mtc::kubernetes
