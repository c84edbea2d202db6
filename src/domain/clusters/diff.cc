#include "domain/clusters/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/object.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxValue = 200;  // bytes of a value that is shown

// What tells the items of a list apart, the first that all of them have.
constexpr std::array<std::string_view, 9> kKeys{
    "name", "mountPath", "containerPort", "port", "key", "host", "path", "ip", "type"};

std::string key_of(const Json& item, std::string_view key) {
  const auto it = item.find(key);
  if (it == item.end()) return {};
  return it->is_string() ? it->get<std::string>() : it->is_number() ? it->dump() : std::string{};
}

bool tells_apart(const Json& list, std::string_view key) {
  std::vector<std::string> seen;
  for (const Json& item : list) {
    auto name = item.is_object() ? key_of(item, key) : std::string{};
    if (name.empty() || std::ranges::find(seen, name) != seen.end()) return false;
    seen.push_back(std::move(name));
  }
  return true;
}

std::optional<std::string_view> naming_key(const Json& before, const Json& after) {
  if (before.empty() && after.empty()) return std::nullopt;
  for (const auto key : kKeys) {
    if (tells_apart(before, key) && tells_apart(after, key)) return key;
  }
  return std::nullopt;
}

class Walk {
 public:
  Walk(const Fingerprints& fingerprints, std::size_t most, bool secret)
      : fingerprints_(fingerprints), most_(most), secret_(secret) {}

  Differences take() { return std::move(out_); }

  void compare(const std::string& path, const Json* before, const Json* after, bool hidden) {
    if (before != nullptr && after != nullptr && *before == *after) return;
    if (both(before, after, &Json::is_object)) return objects(path, *before, *after, hidden);
    if (both(before, after, &Json::is_array) && lists(path, *before, *after, hidden)) return;
    // What comes or goes as a whole is shown part by part, so that each part is hidden or not.
    if (is_map(before) || is_map(after)) return one_sided(path, before, after, hidden);
    note(path, before, after, hidden);
  }

 private:
  static bool both(const Json* a, const Json* b, bool (Json::*is)() const noexcept) {
    return a != nullptr && b != nullptr && (a->*is)() && (b->*is)();
  }
  static bool is_map(const Json* value) {
    return value != nullptr && value->is_structured() && !value->empty();
  }

  static std::string below(const std::string& path, const std::string& key) {
    const bool plain = !key.empty() && std::ranges::all_of(key, [](char c) {
      return is_alnum(c) || is_one_of(c, "-_");
    });
    if (!plain) return fmt::format("{}[{}]", path, key);
    return path.empty() ? key : path + "." + key;
  }

  bool hides(const std::string& path) const {
    return secret_ && (path == "data" || path == "stringData");
  }

  void objects(const std::string& path, const Json& before, const Json& after, bool hidden) {
    // A variable: {"name": "DB_PASSWORD", "value": …}
    const bool variable = sounds_secret(string_or(after, "name", string_or(before, "name")));
    std::map<std::string, std::pair<const Json*, const Json*>> members;
    for (const auto& [key, value] : before.items()) members[key].first = &value;
    for (const auto& [key, value] : after.items()) members[key].second = &value;
    for (const auto& [key, pair] : members) {
      const std::string inner = below(path, key);
      const bool hide = hidden || hides(path) || hides(inner) || (variable && key == "value") ||
                        (sounds_secret(key) && !is_map(pair.first) && !is_map(pair.second) &&
                         (path == "data" || path == "stringData"));
      compare(inner, pair.first, pair.second, hide);
    }
  }

  // False: nothing names the items.
  bool lists(const std::string& path, const Json& before, const Json& after, bool hidden) {
    const auto key = naming_key(before, after);
    if (!key) return false;
    std::vector<std::pair<std::string, std::pair<const Json*, const Json*>>> items;
    const auto put = [&items, &key](const Json& item, auto side) {
      const std::string name = key_of(item, *key);
      auto it = std::ranges::find(items, name, [](const auto& one) { return one.first; });
      if (it == items.end()) it = items.insert(items.end(), {name, {}});
      it->second.*side = &item;
    };
    for (const Json& item : before) put(item, &std::pair<const Json*, const Json*>::first);
    for (const Json& item : after) put(item, &std::pair<const Json*, const Json*>::second);
    for (const auto& [name, pair] : items) {
      compare(fmt::format("{}[{}]", path, name), pair.first, pair.second, hidden);
    }
    return true;
  }

  void one_sided(const std::string& path, const Json* before, const Json* after, bool hidden) {
    static const Json no_map = Json::object();
    static const Json no_list = Json::array();
    const auto filled = [](const Json* value, const Json* other) {
      if (value != nullptr && value->is_structured()) return value;
      return other != nullptr && other->is_array() ? &no_list : &no_map;
    };
    const Json* from = filled(before, after);
    const Json* to = filled(after, before);
    if (from->is_object() && to->is_object()) return objects(path, *from, *to, hidden);
    if (from->is_array() && to->is_array() && lists(path, *from, *to, hidden)) return;
    note(path, before, after, hidden);
  }

  Json shown(const Json& value, bool hidden) const {
    const std::string text = value.is_string() ? value.get<std::string>() : dump_json(value);
    if (hidden) return "fingerprint " + short_fingerprint(fingerprints_, text);
    if (value.is_structured()) {
      Json masked = mask(value);
      const std::string whole = dump_json(masked);
      if (whole.size() <= kMaxValue) return masked;
      return shorten_bytes(whole, kMaxValue);
    }
    if (!value.is_string()) return value;
    return shorten_bytes(sanitize_utf8(text), kMaxValue);
  }

  // Variables called like secrets inside of what is shown as a whole.
  Json mask(const Json& value) const {
    if (!value.is_structured()) return value;
    Json out = value;
    for (Json& inner : out) inner = mask(inner);
    if (out.is_object() && out.contains("value") && out["value"].is_string() &&
        sounds_secret(string_or(out, "name"))) {
      out["value"] = shown(out["value"], true);
    }
    return out;
  }

  void note(const std::string& path, const Json* before, const Json* after, bool hidden) {
    ++out_.total;
    if (out_.shown.size() == most_) return;
    Difference one{.path = path, .before = {}, .after = {}};
    if (before != nullptr) one.before = shown(*before, hidden);
    if (after != nullptr) one.after = shown(*after, hidden);
    out_.shown.push_back(std::move(one));
  }

  const Fingerprints& fingerprints_;
  const std::size_t most_;
  const bool secret_;
  Differences out_;
};

std::int64_t replicas_of(const Json& object) {
  return integer_or(object_or_empty(object, "spec"), "replicas", 1);
}

// "ccr.ccs.tencentyun.com/shop/order:1.4" → ("…/order", "1.4")
std::pair<std::string, std::string> split_image(const std::string& image) {
  const auto slash = image.rfind('/');
  const auto at = image.find('@');
  const auto colon = image.rfind(':', at == std::string::npos ? std::string::npos : at);
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash))
    return {image, ""};
  return {image.substr(0, colon),
          image.substr(colon + 1, at == std::string::npos ? at : at - colon - 1)};
}

struct Part {
  std::string said;
  bool is_replicas = false;
};

std::string text_of(const std::optional<Json>& value) {
  if (!value) return {};
  return value->is_string() ? value->get<std::string>() : dump_json(*value);
}

std::optional<Part> say_one(const Difference& one, Language language) {
  const bool zh = language == Language::zh;
  if (one.path == "spec.replicas" && one.before && one.after) {
    const auto count = [language](const std::optional<Json>& value) {
      return value->is_number_integer() ? say_count(value->get<std::int64_t>(), language)
                                        : text_of(value);
    };
    return Part{zh ? fmt::format("副本从{}个改成{}个", count(one.before), count(one.after))
                   : fmt::format("replicas from {} to {}", count(one.before), count(one.after)),
                true};
  }
  if (one.path.ends_with("].image") && one.before && one.after) {
    const auto [old_name, old_tag] = split_image(text_of(one.before));
    const auto [new_name, new_tag] = split_image(text_of(one.after));
    const bool tags = old_name == new_name && !old_tag.empty() && !new_tag.empty();
    const std::string from = tags ? old_tag : text_of(one.before);
    const std::string to = tags ? new_tag : text_of(one.after);
    return Part{zh ? fmt::format("镜像从 {} 改成 {}", from, to)
                   : fmt::format("the image from {} to {}", from, to)};
  }
  return std::nullopt;
}

// The last part of the path, as somebody would say it.
std::string last_name(const std::string& path) {
  const auto bracket = path.ends_with(']') ? path.rfind('[') : std::string::npos;
  if (bracket != std::string::npos) return path.substr(bracket + 1, path.size() - bracket - 2);
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

}  // namespace

Differences differences(const Json& before, const Json& after, const Fingerprints& fingerprints,
                        std::size_t most) {
  const Json from = without_noise(before);
  const Json to = without_noise(after);
  Walk walk(fingerprints, most, is_secret(before) || is_secret(after));
  walk.compare("", from.is_null() ? nullptr : &from, to.is_null() ? nullptr : &to, false);
  return walk.take();
}

Json to_json(const Differences& differences) {
  Json out = Json::array();
  for (const Difference& one : differences.shown) {
    Json line{{"path", one.path}};
    if (one.before) line["before"] = *one.before;
    if (one.after) line["after"] = *one.after;
    out.push_back(std::move(line));
  }
  return out;
}

std::string say_differences(const Json& before, const Json& after, const Differences& differences,
                            Language language) {
  const bool zh = language == Language::zh;
  const ObjectRef ref = ref_of(after.is_null() ? before : after);
  if (before.is_null()) return fmt::format("{} {} {}", zh ? "新建" : "creates", ref.kind, ref.name);
  if (after.is_null()) return fmt::format("{} {} {}", zh ? "删除" : "removes", ref.kind, ref.name);
  if (differences.empty())
    return fmt::format("{} {}", ref.name, zh ? "没有变化" : "stays the same");

  std::vector<std::string> parts;
  std::vector<std::string> others;
  bool replicas = false;
  bool image = false;
  for (const Difference& one : differences.shown) {
    if (auto part = say_one(one, language)) {
      replicas = replicas || part->is_replicas;
      image = image || !part->is_replicas;
      parts.push_back(std::move(part->said));
    } else {
      others.push_back(last_name(one.path));
    }
  }
  const std::size_t rest = differences.total - parts.size();
  if (rest == 1 && others.size() == 1) {
    parts.push_back(fmt::format("{}{}", zh ? "改了 " : "changes ", others.front()));
  } else if (rest > 0) {
    parts.push_back(zh ? fmt::format("{}改了 {} 处", parts.empty() ? "" : "另外", rest)
                       : fmt::format("{} {}places", rest, parts.empty() ? "" : "other "));
  }
  if (image && !replicas && replicas_of(before) == replicas_of(after) && ref.kind != "DaemonSet") {
    parts.emplace_back(zh ? "副本不变" : "replicas unchanged");
  }
  return zh ? fmt::format("{} 的{}", ref.name, join(parts, "，"))
            : fmt::format("{}: {}", ref.name, join(parts, ", "));
}

}  // namespace mtc::clusters
