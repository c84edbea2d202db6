// Reads a struct out of a JSON file that people write: each member with its bounds, unknown names
// refused, complaints with line and path.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_lines.h"

namespace mtc {

// Pointers are JSON pointers from the root: "/business/3/weight". What is missing or wrong reads as
// the fallback; the first thing that is wrong is kept, so nobody has to look after each member.
// Borrows both arguments.
class StrictJson {
 public:
  StrictJson(const JsonLines& lines, std::string_view file) : lines_(lines), file_(file) {}

  // Whether there is an object; members besides these are refused, with those there are.
  bool object(std::string_view pointer, std::initializer_list<std::string_view> members);
  bool has(std::string_view pointer) const { return find(pointer) != nullptr; }
  void require(std::string_view pointer);

  double number(std::string_view pointer, double fallback, double least, double most);
  std::int64_t integer(std::string_view pointer, std::int64_t fallback, std::int64_t least,
                       std::int64_t most);
  bool flag(std::string_view pointer, bool fallback);
  std::string text(std::string_view pointer, std::string_view fallback,
                   std::size_t most_bytes = 200);
  // Items of a list; 0 if it is missing.
  std::size_t items(std::string_view pointer, std::size_t most);

  void complain(std::string_view pointer, std::string_view what);
  bool is_fine() const { return !error_; }
  Result<> outcome() const;

 private:
  const Json* find(std::string_view pointer) const;
  // nullptr if it is missing, or not of that type: then that is complained about.
  const Json* find(std::string_view pointer, bool (Json::*is)() const noexcept,
                   std::string_view expected);

  const JsonLines& lines_;
  std::string_view file_;
  std::optional<Error> error_;
};

}  // namespace mtc
