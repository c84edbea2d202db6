// The conditions of a WHERE that is put together from a filter. Only .cc files of this folder
// include it.
#pragma once

#include <fmt/format.h>
#include <soci/soci.h>

#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mtc::storage {

// Keeps the values; outlives the statement they are bound to, which has no others.
class Conditions {
 public:
  using Value = std::variant<std::string, long long, double>;

  // What stands for the value in the statement: ":c1".
  std::string hold(Value value) {
    values_.push_back(std::move(value));
    return ":" + name_of_value(values_.size());
  }
  void require(std::string_view condition) {
    text_ += text_.empty() ? "WHERE " : " AND ";
    text_ += condition;
  }
  void equal(std::string_view column, Value value) {
    require(fmt::format("{} = {}", column, hold(std::move(value))));
  }
  // An empty text asks for nothing.
  void equal_if_any(std::string_view column, const std::string& value) {
    if (!value.empty()) equal(column, value);
  }

  const std::string& text() const { return text_; }
  void bind(soci::statement& statement) const {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      std::visit(
          [&](const auto& value) { statement.exchange(soci::use(value, name_of_value(i + 1))); },
          values_[i]);
    }
  }

 private:
  static std::string name_of_value(std::size_t number) { return fmt::format("c{}", number); }

  std::string text_;
  std::deque<Value> values_;  // stay where they are
};

}  // namespace mtc::storage
