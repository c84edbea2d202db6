// Who is asking, as far as the protocol knows.
#pragma once

#include <string>
#include <vector>

namespace mtc::mcp {

// Made by the transport; sessions, tasks and request states are bound to its subject.
struct Principal {
  std::string subject;              // stable id
  std::string name;                 // for people
  std::vector<std::string> scopes;  // as granted to the token
  std::string channel;              // "http", "stdio", "xiaozhi"
  std::string trust{};  // how sure whoever let them in was of them, in words of the product's own
  friend bool operator==(const Principal&, const Principal&) = default;
};

}  // namespace mtc::mcp
