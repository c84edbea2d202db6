// Values inside what somebody said: a version, a code, the number of an alert, a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtc::intent {

// As the recogniser should have heard it, in lower case: 告惊 → 告警, 回衮 → 回滚, six → 6.
std::string as_meant(std::string_view said);

// Each takes out of the text (lower case) what it answers.

// 五点二点零版 → "5.2.0", "v 3.0.5" → "v3.0.5", 十二号版本 → "12", 上个版本 → "previous".
std::optional<std::string> take_version(std::string& text);
// E 二十二 → "E22", C 三零九 → "C309", 三号 → "3", "alert 12" → "12".
std::optional<std::string> take_alert_number(std::string& text);
// 近六个小时 → "last_6h", 半年以内 → "last_180d", 上个礼拜 → "last_week", 昨儿个 → "yesterday";
// without a unit or a mark that it is a period: nothing.
std::optional<std::string> take_period(std::string& text);
// "crm namespace", crm 命名空间, crm 空间.
std::optional<std::string> take_namespace(std::string& text);

// Four digits in a row, as a confirmation has them: 八幺四六, 3 3 7 1 → "8146", "3371".
std::optional<std::string> code_in(std::string_view text);

// The service that is named in what is left of a request: Latin words as one name ("auth api" →
// "auth-api"), else what ends in 服务; empty if neither is there.
std::string service_in(std::string_view rest);

}  // namespace mtc::intent
