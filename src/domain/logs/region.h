// Regions of the cloud as people name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"

namespace mtc::logs {

// "广州", "华南", "guangzhou", "gz", "ap-guangzhou" → "ap-guangzhou"; nullopt for an unknown name.
std::optional<std::string> parse_region(std::string_view name);

// How a region is read aloud: "广州", "Guangzhou". An unknown code is read as it is.
std::string region_name(std::string_view code, Language language);

// The regions anybody can use: without those for cars and banks.
std::vector<std::string> public_regions();

}  // namespace mtc::logs
