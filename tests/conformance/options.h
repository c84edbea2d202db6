// The command line of the conformance server.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"

namespace mtc::conformance {

struct Options {
  std::string host;
  std::uint16_t port = 0;
  // How long an unused session and a task are kept, and half of that for an unanswered question;
  // nullopt: as long as the library does.
  std::optional<Millis> patience;
  bool named = false;  // clients have tokens, which are their names
};

inline constexpr auto kUsage =
    "usage: conformance_server --http ADDRESS:PORT [--patience-ms N] [--named]\n";

// Nullopt if that is not how it is used.
std::optional<Options> read_options(std::span<char* const> args);

}  // namespace mtc::conformance
