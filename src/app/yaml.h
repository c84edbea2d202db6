// YAML files as JSON, so that the same field tables read both, with the lines kept for errors.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace mtc::app {

class YamlFile {
 public:
  // `name` stands for the file in messages. Errc::invalid_argument names it, the line and what is
  // wrong. An empty text is null.
  static Result<YamlFile> parse(std::string_view text, std::string name);
  YamlFile(YamlFile&&) noexcept;
  YamlFile& operator=(YamlFile&&) noexcept;
  ~YamlFile();

  const Json& json() const { return json_; }

  // The error with the file's name and a line before it: that of the deepest key of
  // "server: listen: …" that the file has. Errors name keys, people look for lines.
  Error locate(const Error& error) const;

 private:
  struct Root;
  YamlFile(std::string name, std::unique_ptr<Root> root, Json json);

  std::string name_;
  std::unique_ptr<Root> root_;
  Json json_;
};

}  // namespace mtc::app
