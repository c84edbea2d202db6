// A stored log: one flat JSON object whose values are all text, written compactly by us, so that it
// can be read without building a tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtc::emulator {

// Appends `text` (valid UTF-8 or not) with JSON escapes, without the quotes; broken bytes become
// U+FFFD.
void append_escaped(std::string& out, std::string_view text);

// Appends `json` as the inside of a JSON string; `json` is compact JSON and so holds no control
// characters.
void append_json_in_json(std::string& out, std::string_view json);

// Appends ,"key":"value" (without the comma at the front of the object).
void append_field(std::string& out, std::string_view key, std::string_view value);

// Walks the members; key and value are still escaped. Stops when there are no more.
class BodyReader {
 public:
  explicit BodyReader(std::string_view body)
      : rest_(body.size() > 1 ? body.substr(1) : std::string_view()) {}
  bool next(std::string_view& key, std::string_view& value);

 private:
  bool take_string(std::string_view& out);
  std::string_view rest_;
};

// The text behind the escapes; a view of `escaped` itself where there are none, else of `scratch`.
std::string_view unescape(std::string_view escaped, std::string& scratch);

// The value of one member, unescaped; nullopt if the log has no such field.
std::optional<std::string_view> find_field(std::string_view body, std::string_view key,
                                           std::string& scratch);

}  // namespace mtc::emulator
