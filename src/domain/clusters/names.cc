#include "domain/clusters/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/contains.h"
#include "base/edit_distance.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/name_score.h"
#include "domain/clusters/name_words.h"
#include "domain/logs/region.h"

namespace mtc::clusters {
namespace {

constexpr int kGuess = 70;        // nobody would guess below
constexpr int kSure = 98;         // a name of its own: only another such name is a rival
constexpr int kAlias = 98;        // what the user called it
constexpr int kLooselyLess = 12;  // by circumstances
constexpr int kApart = 10;        // a rival is nearer than that
constexpr std::size_t kNearest = 3;
constexpr std::size_t kSpokenCharacters = 30;

bool is_alias_of(const HeardName& heard, const Alias& alias, const NameCandidate& candidate) {
  return alias.name == candidate.name && (alias.ns.empty() || alias.ns == candidate.ns) &&
         (alias.cluster_id.empty() || candidate.cluster_id.empty() ||
          alias.cluster_id == candidate.cluster_id) &&
         heard.is(alias.spoken);
}

int score(const HeardName& heard, const NameQuestion& question, const NameCandidate& candidate) {
  int best = heard.fits(candidate.name);
  for (const auto& name : candidate.also) best = std::max(best, std::min(heard.fits(name), kSure));
  for (const auto& name : candidate.loosely)
    best = std::max(best, std::min(heard.fits(name) - kLooselyLess, kSure - kLooselyLess));
  if (question.what == Named::workload) {
    for (const auto& alias : question.aliases) {
      if (is_alias_of(heard, alias, candidate)) best = std::max(best, kAlias);
    }
  }
  return best;
}

// What was said, fit to be said back: without a word for the kind, which the sentence adds.
std::string said_back(const NameQuestion& question) {
  return shorten_characters(sanitize_utf8(trim(question.spoken)), kSpokenCharacters);
}

// With the noun, unless it is said already; blanks around it: see failure().
std::string with_noun(const NameQuestion& question) {
  const auto spoken = said_back(question);
  if (question.language == Language::en) return fmt::format("\"{}\"", spoken);
  const auto kind = noun(question.what, question.language);
  if (spoken.empty()) return kind;
  return spoken.ends_with(kind) ? " " + spoken : fmt::format(" {} {}", spoken, kind);
}

Error failure(Errc code, std::string text, Language language) {
  return {.code = code, .message = language == Language::zh ? close_gaps(text) : std::move(text)};
}

// Where a candidate is, by the first thing in which the two differ.
std::pair<std::string, std::string> places(const NameCandidate& a, const NameCandidate& b,
                                           Language language) {
  const bool zh = language == Language::zh;
  if (a.ns != b.ns && !a.ns.empty() && !b.ns.empty()) {
    return zh ? std::pair(fmt::format("{} 命名空间的", a.ns), fmt::format("{} 命名空间的", b.ns))
              : std::pair("the one in " + a.ns, "the one in " + b.ns);
  }
  if (a.cluster != b.cluster) {
    return zh ? std::pair(fmt::format("{} 集群的", a.cluster), fmt::format("{} 集群的", b.cluster))
              : std::pair("the one in " + a.cluster, "the one in " + b.cluster);
  }
  if (a.kind != b.kind) return {a.kind, b.kind};
  return {a.also.empty() ? a.name : a.also.front(), b.also.empty() ? b.name : b.also.front()};
}

Error ask_which(const NameQuestion& question, std::span<const NameCandidate> candidates,
                const std::vector<NameMatch>& rivals) {
  const auto& first = candidates[rivals[0].index];
  const auto& second = candidates[rivals[1].index];
  auto names = std::pair(first.name, second.name);
  const bool same = first.name == second.name;
  if (same) names = places(first, second, question.language);
  const auto count = say_count(static_cast<std::int64_t>(rivals.size()), question.language);
  const bool more = rivals.size() > 2;
  std::string text;
  if (question.language == Language::zh) {
    const auto title = same ? " " + first.name : with_noun(question);
    text = fmt::format("有{}个{}：{}{} 和 {}，你说哪一个？", count, title, more ? "比如 " : "",
                       names.first, names.second);
  } else {
    const auto title = same ? "called " + first.name : "that fit " + with_noun(question);
    text = fmt::format("There are {} {}s {}{}: {} and {}. Which one do you mean?", count,
                       noun(question.what, question.language), title, more ? ", for example" : "",
                       names.first, names.second);
  }
  return failure(Errc::conflict, std::move(text), question.language);
}

std::vector<std::string> nearest_names(std::span<const NameCandidate> candidates,
                                       const std::vector<NameMatch>& ranked) {
  std::vector<std::string> out;
  for (const auto& match : ranked) {
    const auto& name = candidates[match.index].name;
    if (out.size() < kNearest && !contains(out, name)) out.push_back(name);
  }
  return out;
}

// For the sentence about what there is instead: by plain resemblance, however small.
std::vector<NameMatch> resembling(const NameQuestion& question,
                                  std::span<const NameCandidate> candidates) {
  const auto heard = read_name(question.spoken, question.what, true).letters_core();
  std::vector<std::pair<std::size_t, std::size_t>> by_slips;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    std::size_t slips = 1000;
    for (const auto& variant : variants_of(read_name(candidates[i].name, question.what, true)))
      slips = std::min(slips, edit_distance(heard, variant.letters, slips));
    by_slips.emplace_back(slips, i);
  }
  std::ranges::sort(by_slips);
  std::vector<NameMatch> out;
  for (const auto& [slips, index] : by_slips) out.push_back({.index = index});
  return out;
}

Error none_found(const NameQuestion& question, std::span<const NameCandidate> candidates,
                 const std::vector<NameMatch>& ranked) {
  const auto near = nearest_names(candidates, ranked);
  const auto kind = noun(question.what, question.language);
  std::string text;
  if (question.language == Language::zh) {
    text = fmt::format("没有找到{}。", with_noun(question));
    if (candidates.empty()) {
      text += fmt::format("这里一个{}也没有。", kind);
    } else if (near.size() == 1) {
      text += fmt::format("最接近的是 {}。", near[0]);
    } else if (!near.empty()) {
      text += fmt::format("最接近的有 {}。", join(near, "、"));
    }
  } else {
    text = fmt::format("I found no {} called {}.", kind, with_noun(question));
    if (candidates.empty()) {
      text += fmt::format(" There is no {} here at all.", kind);
    } else if (!near.empty()) {
      text += fmt::format(" The nearest {} {}.", near.size() == 1 ? "is" : "are", join(near, ", "));
    }
  }
  return failure(Errc::not_found, std::move(text), question.language);
}

}  // namespace

std::string noun(Named what, Language language) {
  const bool zh = language == Language::zh;
  switch (what) {
    case Named::workload:
      return zh ? "服务" : "workload";
    case Named::cluster:
      return zh ? "集群" : "cluster";
    case Named::name_space:
      return zh ? "命名空间" : "namespace";
    case Named::node:
      return zh ? "节点" : "node";
    case Named::pool:
      return zh ? "节点池" : "node pool";
    case Named::topic:
      return zh ? "日志主题" : "log topic";
    case Named::logset:
      return zh ? "日志集" : "logset";
    case Named::alarm:
      return zh ? "告警规则" : "alarm rule";
    case Named::scheduled_query:
      return zh ? "定时 SQL" : "SQL task";
    case Named::notice_group:
      return zh ? "通知组" : "notice group";
    case Named::dashboard:
      return zh ? "看板" : "dashboard";
  }
  return {};
}

std::vector<NameMatch> rank_names(const NameQuestion& question,
                                  std::span<const NameCandidate> candidates) {
  const HeardName heard(question.spoken, question.what);
  std::vector<NameMatch> out;
  if (heard.empty()) return out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (const int fits = score(heard, question, candidates[i]); fits > 0)
      out.push_back({.index = i, .score = fits});
  }
  std::ranges::sort(out, {}, [](const NameMatch& m) { return std::pair(-m.score, m.index); });
  return out;
}

Result<NameMatch> choose_name(const NameQuestion& question,
                              std::span<const NameCandidate> candidates) {
  const auto ranked = rank_names(question, candidates);
  if (ranked.empty() || ranked.front().score < kGuess)
    return fail(none_found(question, candidates, resembling(question, candidates)));
  const int best = ranked.front().score;
  // With a name of its own there is nothing to guess.
  const int rival = best >= kSure ? best : std::max(kGuess, best - kApart + 1);
  std::vector<NameMatch> rivals;
  for (const auto& match : ranked) {
    if (match.score >= rival) rivals.push_back(match);
  }
  if (rivals.size() == 1) return rivals.front();
  return fail(ask_which(question, candidates, rivals));
}

Error ask_which_cluster(std::span<const NameCandidate> clusters, Language language) {
  const bool zh = language == Language::zh;
  if (clusters.empty()) {
    return {.code = Errc::not_found,
            .message = zh ? "这里一个集群也没有。" : "There is no cluster here at all."};
  }
  const auto count = say_count(static_cast<std::int64_t>(clusters.size()), language);
  const auto& second = clusters[clusters.size() > 1 ? 1 : 0].name;
  const bool more = clusters.size() > 2;
  return failure(Errc::conflict,
                 zh ? fmt::format("有{}个集群，{}{} 和 {}，你说哪一个？", count,
                                  more ? "比如 " : "", clusters[0].name, second)
                    : fmt::format("There are {} clusters{} {} and {}. Which one do you mean?",
                                  count, more ? ", for example" : ":", clusters[0].name, second),
                 language);
}

std::vector<NameCandidate> cluster_candidates(std::span<const Cluster> clusters) {
  std::vector<NameCandidate> out;
  for (const auto& cluster : clusters) {
    NameCandidate candidate{.name = cluster.name.empty() ? cluster.id : cluster.name,
                            .also = {cluster.id},
                            .kind = logs::region_name(cluster.region, Language::zh),
                            .cluster_id = cluster.id};
    const auto where = logs::region_name(cluster.region, Language::zh);
    candidate.loosely.push_back(where);
    for (const auto& token : read_name(cluster.name, Named::cluster, false).core) {
      if (is_role(token.letters)) candidate.loosely.push_back(where + " " + token.text);
    }
    out.push_back(std::move(candidate));
  }
  return out;
}

std::vector<NameCandidate> plain_candidates(std::span<const std::string> names) {
  std::vector<NameCandidate> out;
  for (const auto& name : names) out.push_back({.name = name});
  return out;
}

}  // namespace mtc::clusters
