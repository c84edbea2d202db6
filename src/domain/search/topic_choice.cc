#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "domain/search/log_search.h"

namespace mtc::search {
namespace {

// Without what people do not say: case, blanks, - and _, and a trailing word for the kind of thing.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : to_lower_ascii(trim(name))) {
    if (c != ' ' && c != '-' && c != '_') out += c;
  }
  for (const std::string_view suffix : {"日志主题", "主题", "日志", "topic", "logs"}) {
    if (out.size() > suffix.size() && out.ends_with(suffix)) out.resize(out.size() - suffix.size());
  }
  return out;
}

std::vector<const logs::Topic*> matching(const std::vector<logs::Topic>& topics,
                                         const std::function<bool(const logs::Topic&)>& matches) {
  std::vector<const logs::Topic*> found;
  for (const auto& topic : topics) {
    if (matches(topic)) found.push_back(&topic);
  }
  return found;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string nearest_three(const std::vector<logs::Topic>& topics, std::string_view name) {
  std::vector<std::pair<std::size_t, std::string>> near;
  near.reserve(topics.size());
  for (const auto& topic : topics)
    near.emplace_back(edit_distance(plain(topic.name), plain(name)), topic.name);
  std::ranges::sort(near);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, near.size()); ++i)
    names.push_back(near[i].second);
  return join(names, ", ");
}

}  // namespace

Result<logs::Topic> choose_topic(const std::vector<logs::Topic>& topics, std::string_view name,
                                 const std::vector<std::string>& usual) {
  std::vector<const logs::Topic*> found;
  if (trim(name).empty()) {
    const auto indexed = matching(topics, [](const auto& topic) { return topic.indexed; });
    if (indexed.empty()) {
      return fail(
          Errc::not_found,
          "there is no log topic with an index in this region; create one, or name another region");
    }
    if (indexed.size() == 1) return *indexed.front();
    for (const auto& wanted : usual) {
      found = matching(
          topics, [&](const auto& topic) { return topic.id == wanted || topic.name == wanted; });
      if (!found.empty()) return *found.front();
    }
    found = indexed;
  } else {
    const std::string wanted = plain(name);
    found =
        matching(topics, [&](const auto& topic) { return topic.id == name || topic.name == name; });
    if (found.empty())
      found = matching(topics, [&](const auto& topic) { return plain(topic.name) == wanted; });
    if (found.empty() && !wanted.empty()) {
      found = matching(topics, [&](const auto& topic) {
        return plain(topic.name).find(wanted) != std::string::npos;
      });
    }
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    return fail(
        Errc::not_found,
        fmt::format("there is no log topic called \"{}\"; the nearest are {}",
                    shorten_characters(sanitize_utf8(name), 60), nearest_three(topics, name)));
  }
  return fail(Errc::conflict,
              fmt::format("several log topics fit: {} or {}{}; say which one", found[0]->name,
                          found[1]->name, found.size() > 2 ? " and others" : ""));
}

}  // namespace mtc::search
