// The host of an http:// or https:// address: all of an address that messages may show, and what
// decides whether it leaves this machine.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc {

// Without port, brackets and "user:password@". Errc::invalid_argument for another scheme or no
// host; the message quotes nothing.
Result<std::string> host_of_url(std::string_view url);

// "localhost", 127.0.0.0/8 or ::1 (without brackets). Names are not looked up.
bool is_loopback(std::string_view host);

}  // namespace mtc
