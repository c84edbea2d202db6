// What is written beside the steps of an operation, for people.
#pragma once

#include <string>

#include "base/language.h"
#include "base/result.h"

namespace mtc::rollback::words {

std::string got_well_alone(Language language);
std::string cancelled(Language language);
std::string stayed_well(Language language);
std::string better_not_well(const std::string& health, Language language);
std::string nothing_changed(const std::string& health, Language language);
std::string made_worse(const std::string& health, Language language);
std::string nobody_knows(Language language);
std::string put_back(Language language);
std::string put_back_still_worse(Language language);
std::string restart_made_it_worse(Language language);
std::string not_put_back(const std::string& why, Language language);
std::string put_back_in_vain(Language language);  // what did not help is as it was again
std::string at_it_already(const std::string& name, Language language);
std::string why_failed(const Error& error, Language language);

}  // namespace mtc::rollback::words
