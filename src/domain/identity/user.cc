#include "domain/identity/user.h"

namespace mtc::identity {

std::string_view name_of(BroadcastContent content) {
  switch (content) {
    case BroadcastContent::both:
      return "both";
    case BroadcastContent::alerts:
      return "alerts";
    case BroadcastContent::logs:
      return "logs";
  }
  return "";
}

std::optional<BroadcastContent> parse_broadcast_content(std::string_view name) {
  for (const auto content :
       {BroadcastContent::both, BroadcastContent::alerts, BroadcastContent::logs}) {
    if (name == name_of(content)) return content;
  }
  return std::nullopt;
}

std::string_view name_of(Scope scope) {
  switch (scope) {
    case Scope::read:
      return "ops.read";
    case Scope::operate:
      return "ops.operate";
    case Scope::admin:
      return "ops.admin";
  }
  return "";
}

std::optional<Scope> parse_scope(std::string_view name) {
  for (const Scope scope : {Scope::read, Scope::operate, Scope::admin}) {
    if (name == name_of(scope)) return scope;
  }
  return std::nullopt;
}

std::string_view name_of(Assurance assurance) {
  switch (assurance) {
    case Assurance::none:
      return "none";
    case Assurance::device:
      return "device";
    case Assurance::voice:
      return "voice";
    case Assurance::strong:
      return "strong";
  }
  return "";
}

std::optional<Assurance> parse_assurance(std::string_view name) {
  for (const Assurance assurance :
       {Assurance::none, Assurance::device, Assurance::voice, Assurance::strong}) {
    if (name == name_of(assurance)) return assurance;
  }
  return std::nullopt;
}

bool Principal::may(Scope scope) const {
  return !scopes.empty() && *scopes.rbegin() >= scope;
}

}  // namespace mtc::identity
