#include "emulator/api_error.h"

#include <array>

namespace mtc::emulator {
namespace {

struct Text {
  std::string_view code, en, zh;
};

constexpr std::array kTexts{
    Text{"AuthFailure.InvalidAuthorization",
         "The Authorization header does not have the documented form.",
         "请求头 Authorization 不符合规定的格式。"},
    Text{"AuthFailure.SecretIdNotFound",
         "The SecretId is not found, please ensure that it is correct.",
         "密钥不存在，请检查 SecretId 是否正确。"},
    Text{"AuthFailure.SignatureExpire",
         "The signature has expired: the timestamp is more than five minutes away from the "
         "server's clock.",
         "签名过期：时间戳与服务器时间相差超过五分钟。"},
    Text{"AuthFailure.SignatureFailure",
         "The provided credentials could not be validated. Please check your signature is correct.",
         "签名错误，请检查签名计算过程。"},
    Text{"AuthFailure.TokenFailure", "The token is wrong or has expired.",
         "临时凭证 Token 错误或已过期。"},
    Text{"InvalidAction", "The requested action does not exist.", "接口不存在。"},
    Text{"NoSuchProduct", "The requested product does not exist.", "产品不存在。"},
    Text{"NoSuchVersion", "The requested API version does not exist.", "接口版本不存在。"},
    Text{"MissingParameter", "A required parameter is missing.", "缺少必选参数。"},
    Text{"UnknownParameter", "The parameter is not recognized.", "未知参数。"},
    Text{"InvalidParameter", "The parameter is malformed.", "参数错误。"},
    Text{"InvalidParameterValue", "The value of the parameter is out of range.", "参数取值错误。"},
    Text{"InvalidRequest", "The request body cannot be parsed.", "请求体无法解析。"},
    Text{"UnsupportedRegion", "The region is not supported.", "接口不支持所传地域。"},
    Text{"RequestLimitExceeded", "The number of requests exceeds the frequency limit.",
         "请求的次数超过了频率限制。"},
    Text{"LimitExceeded.LogSearch", "Too many concurrent queries on this topic.",
         "日志检索并发超过限制。"},
    Text{"InternalError", "An internal error has occurred. Retry your request.",
         "内部错误，请重试。"},
    Text{"FailedOperation.InvalidContext", "The paging context is invalid or has expired.",
         "检索游标无效或已失效。"},
    Text{"FailedOperation.GetlogReachLimit",
         "No more than 10000 raw logs can be fetched through one paging context.",
         "通过翻页最多可获取 10000 条原始日志。"},
    Text{"FailedOperation.LogsetNotEmpty", "The logset still has topics.",
         "日志集非空，不能删除。"},
    Text{"ResourceNotFound.TopicNotExist", "The topic does not exist.", "日志主题不存在。"},
    Text{"ResourceNotFound.LogsetNotExist", "The logset does not exist.", "日志集不存在。"},
    Text{"ResourceNotFound.IndexNotExist", "The topic has no index.", "索引不存在。"},
    Text{"InvalidParameter.LogsetConflict", "A logset of that name already exists.",
         "相同的日志集已存在。"},
    Text{"InvalidParameter.TopicConflict", "A topic of that name already exists.",
         "相同的日志主题已存在。"},
    Text{"InvalidParameter.IndexConflict", "The index rules are invalid or exist already.",
         "指定的日志主题已经有索引规则。"},
    Text{"InvalidParameter.Content", "The uploaded content cannot be decoded.",
         "日志内容解析错误。"},
};

}  // namespace

std::unexpected<ApiError> refuse(std::string_view code, std::string detail) {
  return std::unexpected(ApiError{std::string(code), std::move(detail)});
}

std::unexpected<ApiError> bad_value(std::string detail) {
  return refuse("InvalidParameterValue", std::move(detail));
}
std::unexpected<ApiError> syntax_error(std::string detail) {
  return refuse("FailedOperation.SyntaxError", "SyntaxError [" + std::move(detail) + "]");
}
std::unexpected<ApiError> query_error(std::string detail) {
  return refuse("FailedOperation.QueryError", "QueryError [" + std::move(detail) + "]");
}

std::string message_of(const ApiError& error, Language language) {
  for (const auto& text : kTexts) {
    if (text.code != error.code) continue;
    std::string out(language == Language::zh ? text.zh : text.en);
    if (!error.detail.empty()) out += " [" + error.detail + "]";
    return out;
  }
  return error.detail.empty() ? error.code : error.detail;
}

}  // namespace mtc::emulator
