// From what the protocol knows of a caller to the person the domain knows.
#pragma once

#include <string>

#include "base/async.h"
#include "base/result.h"
#include "domain/identity/user.h"
#include "mcp/tool.h"

namespace mtc::services {

class Callers {
 public:
  virtual ~Callers() = default;
  // Errc::unauthenticated if the subject is no (longer a) user.
  virtual Async<Result<identity::Principal>> resolve(mcp::Principal principal) = 0;
};

}  // namespace mtc::services
