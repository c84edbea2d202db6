// An outlet that keeps what it is given, for tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "mcp/outlet.h"

namespace mtc::mcp {

struct KeepingOutlet final : Outlet {
  bool asks = true;
  std::vector<Json> sent;
  std::vector<Millis> hung_up;

  void send(std::string message) override { sent.push_back(Json::parse(message)); }
  bool can_ask() const override { return asks; }
  void hang_up(Millis retry) override { hung_up.push_back(retry); }

  std::vector<std::string> methods() const {
    std::vector<std::string> out;
    out.reserve(sent.size());
    for (const auto& message : sent) out.push_back(string_or(message, "method"));
    return out;
  }
};

}  // namespace mtc::mcp
