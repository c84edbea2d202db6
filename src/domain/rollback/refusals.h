// What is said where a rule forbids a rollback: which one, and what to do about it.
#pragma once

#include <cstdint>
#include <string>

#include "base/language.h"

namespace mtc::rollback::refusals {

std::string automatic_is_off(Language language);
std::string outside_the_windows(Language language);
std::string score_too_low(Language language);
std::string cluster_not_listed(const std::string& cluster, Language language);
std::string is_protected(const std::string& ns, Language language);
std::string never_touched(const std::string& name, Language language);
std::string too_many_operations(int most, Language language);
std::string too_often(const std::string& name, int most, Language language);
std::string too_soon(const std::string& name, Language language);
std::string nobody_may(Language language);
std::string user_is_gone(Language language);
std::string user_is_disabled(const std::string& person, Language language);
std::string no_permission(const std::string& person, Language language);
std::string someone_rolls(const std::string& name, const std::string& someone, Language language);
std::string too_many_replicas(const std::string& name, std::int64_t replicas, Language language);
std::string too_large_share(int share, Language language);
std::string too_many_objects(std::size_t objects, Language language);
std::string not_recorded(Language language);
std::string cluster_is_away(Language language);
std::string no_workload(Language language);

}  // namespace mtc::rollback::refusals
