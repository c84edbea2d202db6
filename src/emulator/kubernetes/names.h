// What Kubernetes allows as names and labels, with the sentences its API refuses them by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtc::emulator::kubernetes {

// Each: nothing if the text is fine, else what is wrong with it (as the API says it).
std::optional<std::string> check_dns_label(std::string_view text);      // RFC 1123, 63 characters
std::optional<std::string> check_dns_subdomain(std::string_view text);  // RFC 1123, 253 characters
std::optional<std::string> check_qualified_name(
    std::string_view text);  // label and annotation keys
std::optional<std::string> check_label_value(std::string_view text);

}  // namespace mtc::emulator::kubernetes
