#include "domain/clusters/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"

namespace mtc::clusters {
namespace {

constexpr double kKibi = 1024;

// One decimal at most, and none where it is nought.
std::string say_tenths(double value, Language language) {
  const auto tenths = std::llround(value * 10);
  if (tenths % 10 == 0 || tenths >= 1000) return say_count((tenths + 5) / 10, language);
  if (language == Language::en) return fmt::format("{}.{}", tenths / 10, tenths % 10);
  return fmt::format("{}点{}", say_number(tenths / 10, language),
                     say_number(tenths % 10, language));
}

}  // namespace

std::string say_list(const std::vector<std::string>& names, std::size_t most, Language language) {
  const bool zh = language == Language::zh;
  const bool all = names.size() <= most;
  const std::size_t shown = all ? names.size() : most;
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = all && i > 0 && i + 1 == shown;
    if (i > 0) out += last ? (zh ? " 和 " : " and ") : (zh ? "、" : ", ");
    out += names[i];
  }
  if (all) return out;
  const auto count = static_cast<std::int64_t>(zh ? names.size() : names.size() - most);
  return out + (zh ? fmt::format(" 等{}个", say_count(count, language))
                   : fmt::format(" and {} more", say_count(count, language)));
}

std::string say_pods_counted(std::int64_t count, Language language) {
  if (language == Language::zh) return say_count(count, language) + "个副本";
  return say_count(count, language) + (count == 1 ? " pod" : " pods");
}

std::string say_place(std::string_view cluster, std::string_view ns, Language language) {
  if (language == Language::en) {
    if (ns.empty()) return cluster.empty() ? "" : fmt::format("in {}", cluster);
    return cluster.empty() ? fmt::format("in {}", ns) : fmt::format("in {} of {}", ns, cluster);
  }
  std::string out;
  if (!cluster.empty()) {
    out = cluster;
    if (!out.ends_with("集群")) out += is_ascii(out.back()) ? " 集群" : "集群";
  }
  if (ns.empty()) return out;
  return out.empty() ? fmt::format("{} 里", ns) : fmt::format("{}的 {} 里", out, ns);
}

std::string say_bytes(std::int64_t bytes, Language language) {
  const bool zh = language == Language::zh;
  const auto value = static_cast<double>(bytes);
  const double mebi = value / kKibi / kKibi;
  if (mebi >= kKibi * kKibi * 0.95) {
    const auto text = say_tenths(mebi / kKibi / kKibi, language);
    return zh ? text + "T" : text + " terabytes";
  }
  if (mebi >= kKibi * 0.95) {
    const auto text = say_tenths(mebi / kKibi, language);
    return zh ? text + "G" : text + " gigabytes";
  }
  const auto text =
      say_count(std::max<std::int64_t>(bytes > 0 ? 1 : 0, std::llround(mebi)), language);
  return zh ? text + "兆" : text + " megabytes";
}

std::string say_cores(std::int64_t millicores, Language language) {
  const bool zh = language == Language::zh;
  if (millicores < 950) {
    const auto text = say_count(millicores, language);
    return zh ? text + "毫核" : text + " millicores";
  }
  const auto text = say_tenths(static_cast<double>(millicores) / 1000, language);
  return zh ? text + "核" : text + (text == "one" ? " core" : " cores");
}

std::string within_breath(const std::vector<std::string>& sentences, Language language) {
  const std::size_t most = kMostSpoken * (language == Language::zh ? 1 : 2);
  std::string out;
  for (const auto& sentence : sentences) {
    if (sentence.empty()) continue;
    const bool fits = count_characters(out) + count_characters(sentence) + 1 <= most;
    if (!fits && !out.empty()) break;
    if (!out.empty() && language == Language::en) out += ' ';
    out += fits ? sentence : shorten_characters(sentence, most);
  }
  return language == Language::zh ? close_gaps(out) : out;
}

std::string capitalised(std::string text) {
  if (!text.empty() && is_lower(text[0])) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace mtc::clusters
