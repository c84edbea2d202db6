#include "adapters/kubernetes/plain_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"

namespace mtc::kubernetes {
namespace {

constexpr std::size_t kMaxDepth = 16;

// Builds the value while the parser reads, and stops it at the first thing that is not wanted.
class Builder final : public YAML::EventHandler {
 public:
  Json take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "an alias"); }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, {}); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool null = tag != "!" && (value.empty() || value == "~" || value == "null");
    add(mark, anchor, null ? Json() : Json(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, Json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, Json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Json* value;
    std::optional<std::string> key{};  // of a map: its value comes next
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, const char* what) {
    throw YAML::ParserException(mark, what);
  }

  Json* place(const YAML::Mark& mark, Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = levels_.back();
    if (level.value->is_array()) return &level.value->emplace_back(std::move(value));
    if (!level.key) {
      if (!value.is_string()) refuse(mark, "a key that is no text");
      level.key = value.get<std::string>();
      if (level.value->contains(*level.key)) refuse(mark, "the same key twice");
      return nullptr;
    }
    Json& member = (*level.value)[*level.key];
    level.key.reset();
    member = std::move(value);
    return &member;
  }

  void add(const YAML::Mark& mark, YAML::anchor_t anchor, Json value) {
    if (anchor != YAML::NullAnchor) refuse(mark, "an anchor");
    place(mark, std::move(value));
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Json value) {
    if (anchor != YAML::NullAnchor) refuse(mark, "an anchor");
    if (levels_.size() >= kMaxDepth) refuse(mark, "too many levels");
    Json* const placed = place(mark, std::move(value));
    levels_.push_back({.value = placed});
  }
  void close() { levels_.pop_back(); }

  Json root_;
  std::vector<Level> levels_;
};

}  // namespace

Result<Json> parse_plain_yaml(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return fail(Errc::invalid_argument, fmt::format("it is larger than {} bytes", max_bytes));
  }
  if (!is_valid_utf8(text)) return fail(Errc::invalid_argument, "it is not UTF-8 text");
  Builder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Json value = builder.take();
    if (parser.HandleNextDocument(builder)) {
      return fail(Errc::invalid_argument, "it holds more than one YAML document");
    }
    return value;
  } catch (const YAML::Exception& e) {
    return fail(Errc::invalid_argument,
                fmt::format("line {} is not the plain YAML that is expected here ({})",
                            e.mark.is_null() ? 1 : e.mark.line + 1,
                            e.msg.find(':') == std::string::npos ? e.msg : "syntax"));
  }
}

}  // namespace mtc::kubernetes
