// Templates that many files use with the same arguments, compiled once with the precompiled headers.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

template class nlohmann::basic_json<>;
template class std::vector<nlohmann::json>;
template class std::map<std::string, nlohmann::json, std::less<>>;
template class std::vector<std::string>;
