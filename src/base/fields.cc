#include "base/fields.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/small_number.h"
#include "base/text.h"

namespace mtc::fields_detail {
namespace {

std::string_view kind_of(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number_integer()) return "an integer";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "text";
  if (value.is_array()) return "a list";
  return "an object";
}

std::unexpected<Error> expected(std::string_view wanted, const Json& value) {
  return fail(Errc::invalid_argument, fmt::format("expected {}, got {}", wanted, kind_of(value)));
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  text = trim(text);
  Number out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

Result<bool> read_bool(const Json& value, const ParseOptions& options) {
  if (value.is_boolean()) return value.get<bool>();
  if (options.coerce_text && value.is_string()) {
    const std::string text = to_lower_ascii(trim(value.get_ref<const std::string&>()));
    if (text == "true" || text == "yes" || text == "1" || text == "是") return true;
    if (text == "false" || text == "no" || text == "0" || text == "否") return false;
  }
  return expected("a boolean", value);
}

Result<std::int64_t> read_integer(const Json& value, const ParseOptions& options) {
  if (value.is_number_unsigned() && !std::in_range<std::int64_t>(value.get<std::uint64_t>())) {
    return fail(Errc::invalid_argument, "number too large");
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {  // 20.0 is an integer in JSON Schema
    const double number = value.get<double>();
    if (std::trunc(number) == number && std::abs(number) < 9007199254740992.0) {
      return static_cast<std::int64_t>(number);
    }
  }
  if (options.coerce_text && value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (const auto whole = number_from<std::int64_t>(text)) return *whole;
    if (const auto spoken = parse_small_number(trim(text))) return *spoken;  // 五
    if (const auto real = number_from<double>(text)) {
      if (std::trunc(*real) == *real && std::abs(*real) < 9007199254740992.0) {
        return static_cast<std::int64_t>(*real);
      }
    }
  }
  return expected("an integer", value);
}

Result<double> read_number(const Json& value, const ParseOptions& options) {
  if (value.is_number()) return value.get<double>();
  if (options.coerce_text && value.is_string()) {
    const auto number = number_from<double>(value.get_ref<const std::string&>());
    if (number && std::isfinite(*number)) return *number;
  }
  return expected("a number", value);
}

Result<std::string> read_text(const Json& value, const ParseOptions& options) {
  if (value.is_string()) return value.get<std::string>();
  if (options.coerce_text && (value.is_number() || value.is_boolean())) return value.dump();
  return expected("text", value);
}

Result<void> check_range(double value, const FieldOptions& options) {
  if (options.minimum && value < *options.minimum) {
    return fail(Errc::invalid_argument, fmt::format("must be at least {}", *options.minimum));
  }
  if (options.maximum && value > *options.maximum) {
    return fail(Errc::invalid_argument, fmt::format("must be at most {}", *options.maximum));
  }
  return {};
}

Result<void> check_text(const std::string& value, const FieldOptions& options) {
  if (value.size() > options.max_length) {
    return fail(Errc::invalid_argument, fmt::format("longer than {} bytes", options.max_length));
  }
  if (!is_valid_utf8(value)) return fail(Errc::invalid_argument, "not valid UTF-8");
  if (!options.choices.empty() &&
      std::ranges::find(options.choices, value) == options.choices.end()) {
    return fail(Errc::invalid_argument, "must be one of " + join(options.choices, ", "));
  }
  return {};
}

std::unexpected<Error> unknown_key(std::string_view key, const std::vector<std::string>& valid) {
  return fail(Errc::invalid_argument,
              fmt::format("{}: unknown name; valid names are {}", shorten_bytes(key, 64),
                          valid.empty() ? "none" : join(valid, ", ")));
}

void add_bounds(Json& schema, const FieldOptions& options) {
  const auto bound = [](double value) {
    return std::trunc(value) == value ? Json(static_cast<std::int64_t>(value)) : Json(value);
  };
  if (options.minimum) schema["minimum"] = bound(*options.minimum);
  if (options.maximum) schema["maximum"] = bound(*options.maximum);
}

}  // namespace mtc::fields_detail
