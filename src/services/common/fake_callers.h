// Callers in memory, by subject: for tests.
#pragma once

#include <map>
#include <string>

#include "services/common/callers.h"

namespace mtc::services {

struct FakeCallers final : Callers {
  std::map<std::string, identity::Principal> people;

  // Somebody who may read, with an id of their own.
  identity::User& add(const std::string& subject, Language language = Language::zh) {
    auto& person = people[subject];
    person.user.id = static_cast<identity::UserId>(people.size());
    person.user.username = subject;
    person.user.language = language;
    person.scopes = {identity::Scope::read};
    return person.user;
  }

  Async<Result<identity::Principal>> resolve(mcp::Principal principal) override {
    const auto it = people.find(principal.subject);
    if (it == people.end()) co_return fail(Errc::unauthenticated, "no such user");
    co_return it->second;
  }
};

inline mcp::CallContext called_by(std::string subject) {
  return {
      .principal = {
          .subject = std::move(subject), .name = "", .scopes = {"ops.read"}, .channel = "test"}};
}

}  // namespace mtc::services
