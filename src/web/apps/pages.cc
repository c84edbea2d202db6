#include "web/apps/pages.h"

namespace mtc::web {
namespace {

// Made by assemble.cmake.
constexpr std::string_view kDigest =
#include <digest.inc>
    ;
constexpr std::string_view kRollback =
#include <rollback.inc>
    ;

}  // namespace

std::string_view digest_app() {
  return kDigest;
}

std::string_view rollback_app() {
  return kRollback;
}

}  // namespace mtc::web
