#include "app/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::app {
namespace {

constexpr int kMaxDepth = 16;

// "0.5": digits around one point.
bool is_fraction(std::string_view text) {
  const auto point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_digit);
  };
  return point != std::string_view::npos && digits(text.substr(0, point)) &&
         digits(text.substr(point + 1));
}

// YAML's scalars have no type of their own: what reads as a number or a boolean is one, unless it
// is quoted.
Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  bool flag = false;
  double fraction = 0;
  if (YAML::convert<bool>::decode(node, flag) && (text == "true" || text == "false")) return flag;
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc{} && end == text.data() + text.size()) return whole;
  if (is_fraction(text) && YAML::convert<double>::decode(node, fraction)) return fraction;
  return text;
}

Result<Json> to_json(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) return fail(Errc::invalid_argument, "nested too deep");
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      return Json(nullptr);
    case YAML::NodeType::Scalar:
      return scalar(node);
    case YAML::NodeType::Sequence: {
      Json out = Json::array();
      for (const auto& item : node) {
        auto value = to_json(item, depth + 1);
        if (!value) return value;
        out.push_back(std::move(*value));
      }
      return out;
    }
    case YAML::NodeType::Map: {
      Json out = Json::object();
      for (const auto& pair : node) {
        auto value = to_json(pair.second, depth + 1);
        if (!value) return value;
        out[pair.first.Scalar()] = std::move(*value);
      }
      return out;
    }
  }
  return Json(nullptr);
}

}  // namespace

struct YamlFile::Root {
  YAML::Node node;
};

YamlFile::YamlFile(std::string name, std::unique_ptr<Root> root, Json json)
    : name_(std::move(name)), root_(std::move(root)), json_(std::move(json)) {}
YamlFile::YamlFile(YamlFile&&) noexcept = default;
YamlFile& YamlFile::operator=(YamlFile&&) noexcept = default;
YamlFile::~YamlFile() = default;

Result<YamlFile> YamlFile::parse(std::string_view text, std::string name) {
  if (!is_valid_utf8(text))
    return fail(Errc::invalid_argument, fmt::format("{}: not valid UTF-8", name));
  auto root = std::make_unique<Root>();
  try {
    root->node = YAML::Load(std::string(text));
  } catch (const YAML::Exception& e) {
    return fail(Errc::invalid_argument, fmt::format("{}, line {}: {}", name,
                                                    e.mark.is_null() ? 1 : e.mark.line + 1, e.msg));
  }
  auto json = to_json(root->node, 0);
  if (!json) return fail_in(name, json.error());
  return YamlFile(std::move(name), std::move(root), std::move(*json));
}

Error YamlFile::locate(const Error& error) const {
  std::string_view path = error.message;
  YAML::Node node = root_->node;
  int line = node.Mark().line;
  while (node.IsMap()) {
    const std::size_t colon = path.find(':');
    if (colon == std::string_view::npos) break;
    const std::string key(trim(path.substr(0, colon)));
    bool found = false;
    for (const auto& pair : node) {
      if (pair.first.Scalar() != key) continue;
      line = pair.first.Mark().line;
      node.reset(pair.second);
      found = true;
      break;
    }
    if (!found) break;
    path.remove_prefix(colon + 1);
  }
  return {.code = error.code,
          .message = fmt::format("{}, line {}: {}", name_, line + 1, error.message)};
}

}  // namespace mtc::app
