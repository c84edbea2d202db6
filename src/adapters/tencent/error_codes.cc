#include "adapters/tencent/error_codes.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::tencent {
namespace {

struct Row {
  std::string_view code;
  ErrorMeaning meaning;
};

constexpr std::string_view kCheckKey = "check SecretId and SecretKey";
constexpr std::string_view kGrant = "ask for a CAM policy that allows this action";
constexpr std::string_view kSlower = "there were too many requests; try again in a moment";
constexpr std::string_view kQuery = "correct the query";
constexpr std::string_view kNarrow = "narrow the time range or the condition";
constexpr std::string_view kPay =
    "check the account's balance and the state of the product in the console";
constexpr std::string_view kExists = "it exists already or its state changed";
constexpr std::string_view kLater = "try again later";

// A code is found by itself or by the longest part of it that ends before a dot.
constexpr Row kRows[] = {
    {"ActionOffline", {Errc::invalid_argument, Retry::never, "the action was withdrawn"}},
    {"AuthFailure", {Errc::unauthenticated, Retry::never, kCheckKey}},
    {"AuthFailure.SignatureExpire",
     {Errc::unauthenticated, Retry::never, "set this machine's clock"}},
    {"AuthFailure.TokenFailure",
     {Errc::unauthenticated, Retry::never, "renew the temporary credentials"}},
    {"AuthFailure.UnauthorizedOperation", {Errc::denied, Retry::never, kGrant}},
    {"FailedOperation", {Errc::unavailable, Retry::never, ""}},
    {"FailedOperation.GetlogReachLimit", {Errc::rate_limited, Retry::reads, kSlower}},
    {"FailedOperation.InvalidContext",
     {Errc::invalid_argument, Retry::never, "start the search again"}},
    {"FailedOperation.LogsetConflict", {Errc::conflict, Retry::never, kExists}},
    {"FailedOperation.LogsetNotEmpty", {Errc::conflict, Retry::never, "delete its topics first"}},
    {"FailedOperation.QueryError", {Errc::invalid_argument, Retry::never, kQuery}},
    {"FailedOperation.ReadQpsLimit", {Errc::rate_limited, Retry::always, kSlower}},
    {"FailedOperation.SearchTimeout", {Errc::timed_out, Retry::never, kNarrow}},
    {"FailedOperation.SyntaxError", {Errc::invalid_argument, Retry::never, kQuery}},
    {"FailedOperation.TagQpsLimit", {Errc::rate_limited, Retry::always, kSlower}},
    {"FailedOperation.Timeout", {Errc::timed_out, Retry::never, kNarrow}},
    {"FailedOperation.TopicClosed", {Errc::conflict, Retry::never, "the topic is closed"}},
    {"FailedOperation.TopicCreating",
     {Errc::conflict, Retry::never, "the topic is being made; try again in a minute"}},
    {"FailedOperation.TopicIsolated", {Errc::denied, Retry::never, kPay}},
    {"FailedOperation.WriteQpsLimit", {Errc::rate_limited, Retry::always, kSlower}},
    {"FailedOperation.WriteTrafficLimit", {Errc::rate_limited, Retry::always, kSlower}},
    {"InternalError", {Errc::unavailable, Retry::reads, kLater}},
    {"InternalError.ExceedMaxLimit", {Errc::rate_limited, Retry::reads, kSlower}},
    {"InvalidAction", {Errc::invalid_argument, Retry::never, ""}},
    {"InvalidParameter", {Errc::invalid_argument, Retry::never, ""}},
    {"InvalidParameter.AlarmConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.AlarmNoticeConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.ConfigConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.DashboardNameConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.DbDuplication", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.IndexConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.LogsetConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameter.TopicConflict", {Errc::conflict, Retry::never, kExists}},
    {"InvalidParameterValue", {Errc::invalid_argument, Retry::never, ""}},
    {"InvalidRequest", {Errc::invalid_argument, Retry::never, ""}},
    {"IpInBlacklist", {Errc::denied, Retry::never, "the account refuses this machine's address"}},
    {"IpNotInWhitelist",
     {Errc::denied, Retry::never, "the account refuses this machine's address"}},
    {"LimitExceeded", {Errc::resource_exhausted, Retry::never, "a quota is used up"}},
    {"LimitExceeded.AccessLimit", {Errc::rate_limited, Retry::always, kSlower}},
    {"LimitExceeded.LogSearch",
     {Errc::rate_limited, Retry::always, "too many searches on this topic at once"}},
    {"LimitExceeded.SearchResources", {Errc::resource_exhausted, Retry::never, kNarrow}},
    {"LimitExceeded.SearchResultTooLarge", {Errc::resource_exhausted, Retry::never, kNarrow}},
    {"MissingParameter", {Errc::invalid_argument, Retry::never, ""}},
    {"NoSuchProduct", {Errc::invalid_argument, Retry::never, "check the endpoint"}},
    {"NoSuchVersion", {Errc::invalid_argument, Retry::never, ""}},
    {"OperationDenied", {Errc::denied, Retry::never, ""}},
    {"OperationDenied.ACLFailed", {Errc::denied, Retry::never, kGrant}},
    {"OperationDenied.AccountDestroy", {Errc::denied, Retry::never, kPay}},
    {"OperationDenied.AccountIsolate", {Errc::denied, Retry::never, kPay}},
    {"OperationDenied.AnalysisSwitchClose",
     {Errc::invalid_argument, Retry::never,
      "switch statistics on for that field in the topic's index"}},
    {"OperationDenied.NewSyntaxNotSupported", {Errc::invalid_argument, Retry::never, kQuery}},
    {"OperationDenied.OperationNotSupportInSearchLow",
     {Errc::invalid_argument, Retry::never,
      "topics in infrequent-access storage cannot be analysed with SQL"}},
    {"RequestLimitExceeded", {Errc::rate_limited, Retry::always, kSlower}},
    {"RequestSizeLimitExceeded", {Errc::invalid_argument, Retry::never, "send less at a time"}},
    {"ResourceInUse", {Errc::conflict, Retry::never, "it is in use"}},
    {"ResourceInsufficient", {Errc::resource_exhausted, Retry::never, kLater}},
    {"ResourceNotFound", {Errc::not_found, Retry::never, "check the id and the region"}},
    {"ResourceUnavailable", {Errc::unavailable, Retry::never, kLater}},
    {"ResourcesSoldOut", {Errc::resource_exhausted, Retry::never, kLater}},
    {"ResponseSizeLimitExceeded", {Errc::resource_exhausted, Retry::never, kNarrow}},
    {"ServiceUnavailable", {Errc::unavailable, Retry::reads, kLater}},
    {"UnauthorizedOperation", {Errc::denied, Retry::never, kGrant}},
    {"UnknownParameter", {Errc::invalid_argument, Retry::never, ""}},
    {"UnsupportedOperation", {Errc::invalid_argument, Retry::never, ""}},
    {"UnsupportedOperation.AccountArrears", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.AuthorizationExpired", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.AuthorizationFailed", {Errc::denied, Retry::never, kGrant}},
    {"UnsupportedOperation.ForbiddenUse", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.NoBanlance", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.NoFreeAccount", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.PkgExhausted", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.ServerNotOpen", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedOperation.ServerStopped", {Errc::denied, Retry::never, kPay}},
    {"UnsupportedProtocol", {Errc::invalid_argument, Retry::never, "check the endpoint"}},
    {"UnsupportedRegion",
     {Errc::invalid_argument, Retry::never, "the product is not offered in that region"}},
};

// TKE and Monitor give the same condition under several classes (FailedOperation.ClusterNotFound,
// InternalError.ClusterNotFound …): only what stands after the dot tells.
constexpr Row kDetails[] = {
    {"CamNoAuth", {Errc::denied, Retry::never, kGrant}},
    {"ClusterForbiddenToDelete", {Errc::denied, Retry::never, ""}},
    {"ClusterInAbnormalStat",
     {Errc::conflict, Retry::never, "the cluster is not in a state that allows this"}},
    {"ClusterNotFound", {Errc::not_found, Retry::never, "check the cluster's id and the region"}},
    {"ClusterState",
     {Errc::conflict, Retry::never, "the cluster is not in a state that allows this"}},
    {"DbRecordNotFound", {Errc::not_found, Retry::never, "check the id and the region"}},
    {"InsufficientBalance", {Errc::denied, Retry::never, kPay}},
    {"KubernetesResourceNotFound", {Errc::not_found, Retry::never, ""}},
    {"NoRBACPermissions",
     {Errc::denied, Retry::never, "ask for a role in the cluster's own authorisation (RBAC)"}},
    {"NodePoolStateNotNormal",
     {Errc::conflict, Retry::never, "the node pool is being changed; try again in a few minutes"}},
    {"Param", {Errc::invalid_argument, Retry::never, ""}},
    {"QuotaMaxNodLimit", {Errc::resource_exhausted, Retry::never, "a quota is used up"}},
    {"RBACForbidden",
     {Errc::denied, Retry::never, "ask for a role in the cluster's own authorisation (RBAC)"}},
    {"RecordNotFound", {Errc::not_found, Retry::never, "check the id and the region"}},
    {"ResourceExistAlready", {Errc::conflict, Retry::never, kExists}},
    {"TaskAlreadyRunning",
     {Errc::conflict, Retry::never, "another change is under way; try again in a few minutes"}},
    {"TradeInsufficientBalance", {Errc::denied, Retry::never, kPay}},
};

const Row* find_detail(std::string_view code) {
  const auto dot = code.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  for (const auto& row : kDetails) {
    if (row.code == code.substr(dot + 1)) return &row;
  }
  return nullptr;
}

const Row* find_row(std::string_view code) {
  for (const auto& row : kRows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

}  // namespace

ErrorMeaning meaning_of(std::string_view vendor_code) {
  if (const Row* row = find_row(vendor_code)) return row->meaning;
  if (const Row* row = find_detail(vendor_code)) return row->meaning;
  while (!vendor_code.empty()) {
    if (const Row* row = find_row(vendor_code)) return row->meaning;
    const auto dot = vendor_code.rfind('.');
    if (dot == std::string_view::npos) break;
    vendor_code = vendor_code.substr(0, dot);
  }
  return {.code = Errc::unavailable, .retry = Retry::never, .advice = ""};
}

Error make_error(std::string_view action, std::string_view region, std::string_view vendor_code,
                 std::string_view vendor_message, std::string request_id) {
  const auto meaning = meaning_of(vendor_code);
  std::string message = region.empty() ? fmt::format("{} failed", action)
                                       : fmt::format("{} in {} failed", action, region);
  const std::string reason = shorten_bytes(sanitize_utf8(trim(vendor_message)), 300);
  message += reason.empty() ? fmt::format(": {}", vendor_code)
                            : fmt::format(": {} ({})", reason, vendor_code);
  if (!meaning.advice.empty()) message += fmt::format("; {}", meaning.advice);
  return {.code = meaning.code,
          .message = std::move(message),
          .vendor_code = std::string(vendor_code),
          .request_id = std::move(request_id)};
}

}  // namespace mtc::tencent
