// For tests: whether an answer keeps its output schema, and whether it is the golden file that the
// tests of the pages show as well.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/json.h"

namespace mtc::services {

// The first complaint with the path to it, empty if there is none. Knows type, properties,
// required, items and enum; members that no schema names are complaints, where it names any.
inline std::string complaint(const Json& schema, const Json& value, const std::string& path = "$") {
  static const std::map<std::string, bool (Json::*)() const noexcept> kinds{
      {"object", &Json::is_object},          {"array", &Json::is_array},
      {"string", &Json::is_string},          {"boolean", &Json::is_boolean},
      {"integer", &Json::is_number_integer}, {"number", &Json::is_number}};
  const auto& type = schema.at("type").get_ref<const std::string&>();
  if (!(value.*kinds.at(type))()) return path + ": expected " + type;
  if (schema.contains("enum")) {
    const auto& names = schema["enum"];
    if (std::find(names.begin(), names.end(), value) == names.end()) return path + ": unknown name";
  }
  for (const auto& key : array_or_empty(schema, "required")) {
    if (!value.contains(key)) return path + ": no " + key.get<std::string>();
  }
  if (value.is_object() && schema.contains("properties")) {
    for (const auto& [key, member] : value.items()) {
      if (!schema["properties"].contains(key)) return path + ": undeclared " + key;
      auto inner = complaint(schema["properties"][key], member, path + "." + key);
      if (!inner.empty()) return inner;
    }
  }
  if (value.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto inner = complaint(schema["items"], value[i], path + "[" + std::to_string(i) + "]");
      if (!inner.empty()) return inner;
    }
  }
  return {};
}

inline void expect_golden(const std::string& name, const Json& shown) {
  const std::string path = MTC_TESTDATA "/" + name;
  const std::string text = shown.dump(2) + "\n";
  if (std::getenv("MTC_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, golden.str()) << "if that is meant, run this test with MTC_UPDATE_GOLDEN=1";
}

}  // namespace mtc::services
