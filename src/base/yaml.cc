#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "base/characters.h"
#include "base/text.h"

namespace mtc {
namespace {

constexpr std::size_t kMaxShown = 60;    // bytes of the text that a message repeats
constexpr std::size_t kValueBytes = 64;  // of a text; a longer one counts as several values

// Leaves the parser from inside a handler; caught in parse_yaml().
struct Refusal {
  int line = 0;
  std::string why;
};

bool is_in(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

std::optional<bool> read_flag(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kYes{
      "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  static constexpr std::array<std::string_view, 11> kNo{
      "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  if (is_in(text, kYes)) return true;
  if (is_in(text, kNo)) return false;
  return std::nullopt;
}

bool is_null(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kWords{"", "~", "null", "Null", "NULL"};
  return is_in(text, kWords);
}

// The digits and their base: 0x1f, 0o17, 017, 0b11, 42.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char kind = digits[1];
  const int base = is_one_of(kind, "xX")   ? 16
                   : is_one_of(kind, "oO") ? 8
                   : is_one_of(kind, "bB") ? 2
                                           : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

std::optional<Json> read_whole(std::string_view text) {
  const bool minus = text.starts_with('-');
  std::string_view digits = text;
  if (minus || text.starts_with('+')) digits.remove_prefix(1);
  const int base = take_base(digits);
  std::uint64_t size = 0;
  const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), size, base);
  if (error != std::errc{} || stop != digits.end()) return std::nullopt;
  if (!minus) return size <= INT64_MAX ? Json(static_cast<std::int64_t>(size)) : Json(size);
  if (size > std::uint64_t{1} << 63) return std::nullopt;
  return Json(static_cast<std::int64_t>(-size));
}

// [-+]? digits with at most one point, then an exponent.
std::optional<Json> read_fraction(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int points = 0;
  int digits = 0;
  std::size_t at = 0;
  for (; at < rest.size() && (is_digit(rest[at]) || rest[at] == '.'); ++at) {
    (rest[at] == '.' ? points : digits) += 1;
  }
  if (points > 1 || digits == 0) return std::nullopt;
  if (at < rest.size() && !is_one_of(rest[at], "eE")) return std::nullopt;
  double value = 0;
  const auto [stop, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc{} || stop != text.end() || !std::isfinite(value)) return std::nullopt;
  return Json(value);
}

Json plain_scalar(const std::string& text) {
  if (is_null(text)) return nullptr;
  if (const auto flag = read_flag(text)) return *flag;
  if (!is_digit(text[0]) && !is_one_of(text[0], "+-.")) return text;
  const std::string plain = text[0] == '.' ? text : replace_all(text, "_", "");
  if (auto whole = read_whole(plain)) return *whole;
  if (auto fraction = read_fraction(plain)) return *fraction;
  return text;
}

std::string key_text(const Json& key) {
  return key.is_string() ? key.get<std::string>() : key.dump();
}

// Builds the value while the parser walks through the text.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const YamlLimits& limits) : limits_(limits) {}

  Json take() { return std::move(root_); }
  int first_line() const { return first_line_; }
  std::size_t values() const { return values_; }

  void OnDocumentStart(const YAML::Mark& mark) override { first_line_ = mark.line + 1; }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, nullptr, anchor, 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchored_.find(anchor);
    if (it == anchored_.end()) refuse(mark, "an alias inside of what it stands for");
    count(mark, it->second.size);
    put(mark, it->second.value, it->second.size);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    add(mark, scalar(mark, tag, text), anchor, 1 + text.size() / kValueBytes);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, Json::array(), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, Json::object(), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Json value;
    YAML::anchor_t anchor = 0;
    std::size_t size = 1;  // values in it, itself included
    YAML::Mark mark;
    std::optional<std::string> key;  // of a map: read, its value not yet
    std::vector<Json> merged;        // what "<<" names
  };
  struct Anchored {
    Json value;
    std::size_t size = 1;
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, std::string why) {
    throw Refusal{.line = mark.line + 1, .why = std::move(why)};
  }

  void count(const YAML::Mark& mark, std::size_t values) {
    values_ += values;
    if (values_ > limits_.values) refuse(mark, fmt::format("more than {} values", limits_.values));
  }

  static Json scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    if (tag == "?" || tag.empty()) return plain_scalar(text);
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return text;  // quoted, or said to be text
    if (tag == "tag:yaml.org,2002:binary") return text;             // Base64, as Kubernetes has it
    if (!tag.starts_with(kStandard)) {
      refuse(mark, "the tag " + shorten_bytes(tag, kMaxShown) + " means nothing here");
    }
    return plain_scalar(text);
  }

  void add(const YAML::Mark& mark, Json value, YAML::anchor_t anchor, std::size_t size) {
    count(mark, size);
    if (anchor != 0) anchored_[anchor] = {value, size};
    put(mark, std::move(value), size);
  }

  void open(const YAML::Mark& mark, Json empty, YAML::anchor_t anchor) {
    count(mark, 1);
    if (std::ssize(open_) >= limits_.depth) refuse(mark, "nested too deep");
    open_.push_back(
        {.value = std::move(empty), .anchor = anchor, .mark = mark, .key = {}, .merged = {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    for (const Json& other : done.merged) {
      for (const auto& [key, value] : other.items()) {
        if (!done.value.contains(key)) done.value[key] = value;
      }
    }
    if (done.anchor != 0) {
      count(done.mark, done.size);  // it is there twice from now on
      anchored_[done.anchor] = {done.value, done.size};
    }
    put(done.mark, std::move(done.value), done.size);
  }

  void put(const YAML::Mark& mark, Json value, std::size_t size) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& into = open_.back();
    into.size += size;
    if (into.value.is_array()) {
      into.value.push_back(std::move(value));
    } else if (!into.key) {
      take_key(into, mark, value);
    } else {
      take_value(into, mark, std::move(value));
    }
  }

  static void take_key(Open& into, const YAML::Mark& mark, const Json& key) {
    if (key.is_structured()) refuse(mark, "a key must be plain text");
    into.key = key_text(key);
    if (*into.key != "<<" && into.value.contains(*into.key)) {
      refuse(mark,
             fmt::format("the key \"{}\" is there twice", shorten_bytes(*into.key, kMaxShown)));
    }
  }

  static void take_value(Open& into, const YAML::Mark& mark, Json value) {
    const std::string key = *std::exchange(into.key, std::nullopt);
    if (key != "<<") {
      into.value[key] = std::move(value);
      return;
    }
    if (value.is_object()) value = Json::array({std::move(value)});
    const bool maps = value.is_array() && std::ranges::all_of(value, &Json::is_object);
    if (!maps) refuse(mark, "\"<<\" takes in maps only");
    for (Json& one : value) into.merged.push_back(std::move(one));
  }

  const YamlLimits limits_;
  Json root_ = nullptr;
  int first_line_ = 1;
  std::size_t values_ = 0;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchored_;
};

Result<> check_text(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(Errc::invalid_argument,
                fmt::format("the YAML has {} bytes, more than the {} that are allowed", text.size(),
                            limits.bytes));
  }
  if (!is_valid_utf8(text)) return fail(Errc::invalid_argument, "the YAML is not valid UTF-8");
  const auto bad = std::ranges::find_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_one_of(c, "\t\n\r"); });
  if (bad != text.end()) {
    const auto line = std::count(text.begin(), bad, '\n') + 1;
    return fail(Errc::invalid_argument, fmt::format("line {}: a control character", line));
  }
  return {};
}

}  // namespace

Result<std::vector<YamlDocument>> parse_yaml(std::string_view text, const YamlLimits& limits) {
  if (auto ok = check_text(text, limits); !ok) return fail(ok.error());
  std::vector<YamlDocument> documents;
  const auto bad = [&documents](int line, std::string_view why) {
    return fail(Errc::invalid_argument,
                fmt::format("document {}, line {}: {}", documents.size() + 1, line,
                            shorten_bytes(sanitize_utf8(why), 200)));
  };
  std::size_t values = 0;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    for (;;) {
      YamlLimits left = limits;
      left.values -= values;
      Builder builder(left);
      if (!parser.HandleNextDocument(builder)) return documents;
      if (std::ssize(documents) == limits.documents) {
        return bad(builder.first_line(), fmt::format("more than {} documents", limits.documents));
      }
      values += builder.values();
      documents.push_back({.json = builder.take(),
                           .number = static_cast<int>(documents.size()) + 1,
                           .line = builder.first_line()});
    }
  } catch (const Refusal& refusal) {
    return bad(refusal.line, refusal.why);
  } catch (const YAML::Exception& e) {
    return bad(e.mark.is_null() ? 1 : e.mark.line + 1, e.msg);
  }
}

}  // namespace mtc
