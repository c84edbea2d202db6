// What a person hears at the desk when something cannot be done: what is missing, and what to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/language.h"

namespace mtc::alerts {

std::string say_account_disabled(Language language);
std::string say_may_not_operate(Language language);
std::string say_no_such_alert(std::int64_t number, Language language);
std::string say_no_such_silence(std::int64_t number, Language language);
std::string say_no_such_colleague(std::string_view name, Language language);
std::string say_colleague_not_unique(std::string_view name, Language language);
std::string say_rollback_at_work(Language language);
std::string say_snooze_range(Language language);   // in the future, thirty days at most
std::string say_quiet_is_over(Language language);  // it would end before it begins, or now
std::string say_quiet_too_long(int days, Language language);
std::string say_everything_too_long(Language language);
std::string say_daily_times_wrong(Language language);
std::string say_zone_unknown(std::string_view zone, Language language);
std::string say_desk_not_recorded(Language language);

}  // namespace mtc::alerts
