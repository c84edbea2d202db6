// Tencent Cloud's error codes in the product's words: what kind of failure, whether to try again,
// what to do.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc::tencent {

enum class Retry {
  never,
  reads,   // the call may or may not have been carried out: repeat only what changes nothing
  always,  // it was refused before anything was done
};

struct ErrorMeaning {
  Errc code;
  Retry retry;
  std::string_view advice;  // what to do; may be empty
};

// Of "Class.Detail": that code, else that detail in any class, else the class, else unavailable.
ErrorMeaning meaning_of(std::string_view vendor_code);

// "SearchLog in ap-guangzhou failed: <vendor_message> (<vendor_code>); <advice>". The vendor's text
// is shortened.
Error make_error(std::string_view action, std::string_view region, std::string_view vendor_code,
                 std::string_view vendor_message, std::string request_id);

}  // namespace mtc::tencent
