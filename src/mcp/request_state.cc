#include "mcp/request_state.h"

#include "infra/crypto/sha256.h"

namespace mtc::mcp {
namespace {

// Objects are sorted, so that the same arguments always have the same text.
std::string associated_with(std::string_view subject, const Json& request) {
  return "mcp/request-state/" + sha256(dump_json({subject, request}));
}

}  // namespace

Async<Result<bool>> UsedOnceInMemory::claim(std::string id, TimePoint until) {
  std::erase_if(used_, [now = clock_.now()](const auto& one) { return one.second < now; });
  co_return used_.emplace(std::move(id), until).second;
}

RequestStates::RequestStates(const SecretBox& box, UsedOnce& used, const Clock& clock,
                             Random& random, Millis lifetime)
    : box_(box), used_(used), clock_(clock), random_(random), lifetime_(lifetime) {}

std::string RequestStates::seal(const Json& state, std::string_view subject,
                                const Json& request) const {
  const auto until = (clock_.now() + lifetime_).time_since_epoch().count();
  const Json content{{"state", state}, {"until", until}, {"once", random_token(random_, 16)}};
  return box_.seal(dump_json(content), associated_with(subject, request));
}

Async<Result<Json>> RequestStates::open(std::string sealed, std::string subject,
                                        Json request) const {
  const auto refuse = [](std::string why) { return fail(Errc::invalid_argument, std::move(why)); };
  const auto text = box_.open(sealed, associated_with(subject, request));
  if (!text) co_return refuse("requestState is not one that was given for this request");
  const auto content = parse_json(*text);
  if (!content) co_return refuse("requestState cannot be read");
  const TimePoint until{Millis(integer_or(*content, "until"))};
  if (until < clock_.now()) co_return refuse("requestState is too old; start again");
  const auto first = co_await used_.claim(string_or(*content, "once"), until);
  if (!first) co_return fail(first.error());
  if (!*first) co_return refuse("requestState has been used; start again");
  co_return content->at("state");
}

}  // namespace mtc::mcp
