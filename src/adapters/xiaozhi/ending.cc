#include "adapters/xiaozhi/ending.h"

#include "adapters/xiaozhi/rendering.h"

namespace mtc::xiaozhi {
namespace {

constexpr int kNormalClosure = 1000;
constexpr int kPolicyViolation = 1008;
// The relay's reason when another connection came with the same token: "新连接替换".
constexpr std::string_view kReplaced = "替换";

constexpr std::string_view kDisplaced =
    "another program connected with the same endpoint address and took over; only one may use it, "
    "so stop the other one or give it an endpoint of its own";

}  // namespace

Ending ending_of(const Error& error) {
  Ending ending{.why = error.message};
  switch (error.code) {
    case Errc::invalid_argument:
    case Errc::unauthenticated:
    case Errc::denied:
      ending.loss = Loss::misconfigured;
      ending.why += "; copy the endpoint address again from the XiaoZhi console";
      break;
    case Errc::not_found:
      ending.why += "; either the server behind that address is down or its path is wrong";
      break;
    case Errc::conflict:
    case Errc::rate_limited:
    case Errc::resource_exhausted:
    case Errc::unavailable:
    case Errc::timed_out:
    case Errc::cancelled:
    case Errc::internal:
      break;
  }
  return ending;
}

Ending ending_of(const WebSocketEnd& end, Millis lived) {
  using Cause = WebSocketEnd::Cause;
  Ending ending{.lived = lived};
  const auto said = spoken_line(end.reason);
  const auto words = said.empty() ? "" : " (" + said + ")";
  switch (end.cause) {
    case Cause::silent:
      ending.loss = Loss::silent;
      ending.why = "the connection went dead" + words;
      return ending;
    case Cause::lost:
      ending.why = "the connection broke" + words;
      return ending;
    case Cause::refused:
      ending.why = "the peer sent what cannot be accepted" + words;
      return ending;
    case Cause::closed_by_us:
      ending.why = "the connection was closed here";
      return ending;
    case Cause::closed_by_peer:
      break;
  }
  ending.why = "closed by the peer with code " + std::to_string(end.code) + words;
  if (end.code == kPolicyViolation) {
    ending.loss = Loss::misconfigured;
    ending.why +=
        "; the token is wrong or no longer valid: copy the endpoint address again from the XiaoZhi "
        "console";
  } else if (end.code == kNormalClosure && end.reason.find(kReplaced) != std::string::npos) {
    ending.displaced = true;
    ending.why = kDisplaced;
  }
  return ending;
}

}  // namespace mtc::xiaozhi
