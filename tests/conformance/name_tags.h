// Many clients that are told apart: whatever token one shows is its name.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "mcp/http/gate.h"

namespace mtc::conformance {

class NameTags final : public mcp::Authenticator {
 public:
  Async<Result<mcp::Principal>> authenticate(std::string bearer) override {
    names_.insert(bearer);
    co_return mcp::Principal{.subject = bearer, .name = bearer, .scopes = {}, .channel = "http"};
  }
  // Of all who have been here.
  const std::set<std::string>& names() const { return names_; }

 private:
  std::set<std::string> names_;
};

}  // namespace mtc::conformance
