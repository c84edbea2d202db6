// How the stand-in refuses: the cloud's own code and a text in the caller's language.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/language.h"

namespace mtc::emulator {

struct ApiError {
  std::string code;    // "AuthFailure.SignatureFailure"
  std::string detail;  // what exactly; appended to the code's general text, or the whole text if
                       // the code has none
};

template <class T = void>
using ApiResult = std::expected<T, ApiError>;

std::unexpected<ApiError> refuse(std::string_view code, std::string detail = {});
std::unexpected<ApiError> bad_value(std::string detail);     // InvalidParameterValue
std::unexpected<ApiError> syntax_error(std::string detail);  // FailedOperation.SyntaxError
std::unexpected<ApiError> query_error(std::string detail);   // FailedOperation.QueryError

// The text of Error.Message.
std::string message_of(const ApiError& error, Language language);

}  // namespace mtc::emulator
