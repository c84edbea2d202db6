// A row of sys_user on its way in or out. Only .cc files of this folder include it.
#pragma once

#include <string>

#include "adapters/storage/sql.h"
#include "domain/identity/user.h"

namespace mtc::storage {

struct UserRow {
  static constexpr const char* kColumns =
      "u.id, u.username, u.display_name, u.language, u.zone, u.window_start, u.window_end, "
      "u.assistant_name, "
      "u.rollback_permission, u.disabled, u.broadcast_content, u.watched_dashboard";

  UserRow() = default;
  explicit UserRow(const identity::User& user);
  // Reads kColumns, in this order.
  void bind(soci::statement& statement);
  identity::User user() const;

  long long id = 0;
  std::string username;
  std::string display_name;
  std::string language;
  std::string zone;
  int window_start = 0;  // minutes
  int window_end = 0;
  std::string assistant_name;
  int rollback_permission = 0;
  int disabled = 0;
  std::string broadcast_content;
  std::string watched_dashboard;
};

}  // namespace mtc::storage
