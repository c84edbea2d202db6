// One table describes a struct from the outside: it prints the JSON Schema and parses the JSON, so
// that what we promise and what we accept are the same thing. Tool arguments and settings use it.
//
//   struct Args { std::string keyword; int limit = 20; std::optional<std::string> level; };
//   const Fields<Args> kFields{
//       field("keyword", &Args::keyword, "Words the lines must contain"),
//       field("limit", &Args::limit, "How many", {.required = false, .minimum = 1}),
//       field("level", &Args::level, "Lowest level", {.choices = {"warn", "error"}}),
//   };
//
// A std::optional or {.required = false} member may be left out or null; it then keeps its default.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"

namespace mtc {

struct FieldOptions {
  bool required = true;
  std::optional<double> minimum{};
  std::optional<double> maximum{};
  std::vector<std::string> choices{};  // allowed texts
  std::size_t max_length = 4096;       // bytes of a text
  std::vector<std::string> aliases{};  // other names it is accepted under, not shown in the schema
};

enum class UnknownKeys {
  refuse,  // an error that lists the valid names
  drop,    // for callers that add members of their own (XiaoZhi)
};

struct ParseOptions {
  UnknownKeys unknown_keys = UnknownKeys::refuse;
  // Models write "20" or "二十" for 20 and "true" for true; people's settings files do not.
  bool coerce_text = false;
};

namespace fields_detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

Result<bool> read_bool(const Json& value, const ParseOptions& options);
Result<std::int64_t> read_integer(const Json& value, const ParseOptions& options);
Result<double> read_number(const Json& value, const ParseOptions& options);
Result<std::string> read_text(const Json& value, const ParseOptions& options);
Result<void> check_range(double value, const FieldOptions& options);
Result<void> check_text(const std::string& value, const FieldOptions& options);
std::unexpected<Error> unknown_key(std::string_view key, const std::vector<std::string>& valid);
void add_bounds(Json& schema, const FieldOptions& options);

template <class T>
Json type_schema(const FieldOptions& options) {
  if constexpr (IsOptional<T>::value) {
    return type_schema<typename T::value_type>(options);
  } else if constexpr (IsVector<T>::value) {
    return Json{{"type", "array"}, {"items", type_schema<typename T::value_type>(options)}};
  } else if constexpr (std::is_same_v<T, bool>) {
    return Json{{"type", "boolean"}};
  } else if constexpr (std::is_integral_v<T>) {
    Json schema{{"type", "integer"}};
    add_bounds(schema, options);
    return schema;
  } else if constexpr (std::is_floating_point_v<T>) {
    Json schema{{"type", "number"}};
    add_bounds(schema, options);
    return schema;
  } else {
    Json schema{{"type", "string"}};
    if (!options.choices.empty()) schema["enum"] = options.choices;
    return schema;
  }
}

template <class T>
Result<T> read(const Json& value, const FieldOptions& field, const ParseOptions& options) {
  if constexpr (IsOptional<T>::value) {
    auto inner = read<typename T::value_type>(value, field, options);
    if (!inner) return fail(std::move(inner).error());
    return T(std::move(*inner));
  } else if constexpr (IsVector<T>::value) {
    T out;
    const bool lone = !value.is_array() && options.coerce_text;  // models write "a" for ["a"]
    if (!value.is_array() && !lone) return fail(Errc::invalid_argument, "expected a list");
    for (const Json& item : lone ? Json::array({value}) : value) {
      auto inner = read<typename T::value_type>(item, field, options);
      if (!inner) return fail(std::move(inner).error());
      out.push_back(std::move(*inner));
    }
    return out;
  } else if constexpr (std::is_same_v<T, bool>) {
    return read_bool(value, options);
  } else if constexpr (std::is_integral_v<T>) {
    auto number = read_integer(value, options);
    if (!number) return fail(std::move(number).error());
    if (!std::in_range<T>(*number)) return fail(Errc::invalid_argument, "number too large");
    if (auto ok = check_range(static_cast<double>(*number), field); !ok) return fail(ok.error());
    return static_cast<T>(*number);
  } else if constexpr (std::is_floating_point_v<T>) {
    auto number = read_number(value, options);
    if (!number) return fail(std::move(number).error());
    if (auto ok = check_range(*number, field); !ok) return fail(ok.error());
    return static_cast<T>(*number);
  } else {
    static_assert(std::is_same_v<T, std::string>,
                  "Fields knows bool, numbers, text, lists, optionals");
    auto text = read_text(value, options);
    if (!text) return fail(std::move(text).error());
    if (auto ok = check_text(*text, field); !ok) return fail(ok.error());
    return text;
  }
}

}  // namespace fields_detail

template <class Struct>
struct Field {
  std::string name;
  std::string description;
  FieldOptions options;
  Json schema;
  std::function<Result<void>(Struct&, const Json&, const ParseOptions&)> assign;
  std::function<Json(const Struct&)> show;  // the value as JSON
};

template <class Struct, class Member>
Field<Struct> field(const std::string& name, Member Struct::* member,
                    const std::string& description, FieldOptions options = {}) {
  if (fields_detail::IsOptional<Member>::value) options.required = false;
  Json schema = fields_detail::type_schema<Member>(options);
  schema["description"] = description;
  Field<Struct> out{.name = name,
                    .description = description,
                    .options = options,
                    .schema = std::move(schema),
                    .assign = {},
                    .show = {}};
  out.assign = [member, options = std::move(options)](Struct& into, const Json& value,
                                                      const ParseOptions& parse) -> Result<void> {
    auto read = fields_detail::read<Member>(value, options, parse);
    if (!read) return fail(std::move(read).error());
    into.*member = std::move(*read);
    return {};
  };
  out.show = [member](const Struct& from) -> Json {
    if constexpr (fields_detail::IsOptional<Member>::value) {
      return (from.*member) ? Json(*(from.*member)) : Json(nullptr);
    } else {
      return Json(from.*member);
    }
  };
  return out;
}

template <class Struct>
class Fields {
 public:
  Fields() = default;
  Fields(std::initializer_list<Field<Struct>> fields) : fields_(fields) {
    for (auto& f : fields_) names_.push_back(f.name);
  }

  const std::vector<Field<Struct>>& all() const { return fields_; }

  // {"type":"object","properties":{…},"required":[…],"additionalProperties":false}
  Json schema() const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const auto& f : fields_) {
      properties[f.name] = f.schema;
      if (f.options.required) required.push_back(f.name);
    }
    Json out{
        {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) out["required"] = std::move(required);
    return out;
  }

  // Starts from `base`, so that what is absent keeps its default. The message names the field:
  // "limit: expected integer".
  Result<Struct> parse(const Json& object, const ParseOptions& options = {},
                       Struct base = {}) const {
    if (!object.is_object()) return fail(Errc::invalid_argument, "expected an object");
    for (const auto& f : fields_) {
      const Json* value = find(object, f);
      if (value == nullptr || value->is_null()) {
        if (f.options.required) return fail(Errc::invalid_argument, f.name + ": missing");
        continue;
      }
      if (auto ok = f.assign(base, *value, options); !ok) return fail_in(f.name, ok.error());
    }
    if (options.unknown_keys == UnknownKeys::refuse) {
      for (const auto& [key, value] : object.items()) {
        if (!known(key)) return fields_detail::unknown_key(key, names_);
      }
    }
    return base;
  }

  Json show(const Struct& value) const {
    Json out = Json::object();
    for (const auto& f : fields_) out[f.name] = f.show(value);
    return out;
  }

 private:
  static const Json* find(const Json& object, const Field<Struct>& f) {
    if (const auto it = object.find(f.name); it != object.end()) return &*it;
    for (const auto& alias : f.options.aliases) {
      if (const auto it = object.find(alias); it != object.end()) return &*it;
    }
    return nullptr;
  }
  bool known(const std::string& key) const {
    for (const auto& f : fields_) {
      if (f.name == key) return true;
      for (const auto& alias : f.options.aliases) {
        if (alias == key) return true;
      }
    }
    return false;
  }

  std::vector<Field<Struct>> fields_;
  std::vector<std::string> names_;
};

// A struct inside a struct: settings have sections.
template <class Struct, class Inner>
Field<Struct> section(const std::string& name, Inner Struct::* member, const Fields<Inner>& fields,
                      const std::string& description) {
  Json schema = fields.schema();
  schema["description"] = description;
  Field<Struct> out{.name = name,
                    .description = description,
                    .options = {.required = false},
                    .schema = std::move(schema),
                    .assign = {},
                    .show = {}};
  out.assign = [member, fields](Struct& into, const Json& value,
                                const ParseOptions& parse) -> Result<void> {
    auto read = fields.parse(value, parse, into.*member);
    if (!read) return fail(std::move(read).error());
    into.*member = std::move(*read);
    return {};
  };
  out.show = [member, fields](const Struct& from) { return fields.show(from.*member); };
  return out;
}

// A list of structs.
template <class Struct, class Inner>
Field<Struct> section_list(const std::string& name, std::vector<Inner> Struct::* member,
                           const Fields<Inner>& fields, const std::string& description) {
  Json schema{{"type", "array"}, {"items", fields.schema()}, {"description", description}};
  Field<Struct> out{.name = name,
                    .description = description,
                    .options = {.required = false},
                    .schema = std::move(schema),
                    .assign = {},
                    .show = {}};
  out.assign = [member, fields](Struct& into, const Json& value,
                                const ParseOptions& parse) -> Result<void> {
    if (!value.is_array()) return fail(Errc::invalid_argument, "expected a list");
    std::vector<Inner> items;
    for (const Json& item : value) {
      auto read = fields.parse(item, parse);
      if (!read) return fail_in(std::to_string(items.size() + 1), read.error());
      items.push_back(std::move(*read));
    }
    into.*member = std::move(items);
    return {};
  };
  out.show = [member, fields](const Struct& from) {
    Json items = Json::array();
    for (const auto& item : from.*member) items.push_back(fields.show(item));
    return items;
  };
  return out;
}

}  // namespace mtc
