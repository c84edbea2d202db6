// Who may call the stand-in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::emulator {

struct Account {
  std::string name;
  std::uint64_t uin = 0;  // several keys may belong to one account
  std::string secret_id;
  std::string secret_key;
  std::string token;  // not empty: a temporary key, whose requests must carry this
};

inline const Account* find_account(const std::vector<Account>& accounts,
                                   std::string_view secret_id) {
  for (const auto& account : accounts) {
    if (account.secret_id == secret_id) return &account;
  }
  return nullptr;
}

}  // namespace mtc::emulator
