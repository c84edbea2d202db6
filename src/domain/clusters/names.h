// The one thing that somebody means by a name as it was said, heard or misheard: 订单服务, dingdan,
// order service, oder-service → order-service.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "domain/clusters/checkpoint.h"
#include "domain/clusters/cluster.h"

namespace mtc::clusters {

enum class Named {
  workload,
  cluster,
  name_space,
  node,
  pool,
  topic,
  logset,
  alarm,
  scheduled_query,
  notice_group,
  dashboard
};
std::string noun(Named what, Language language);  // 服务, "workload"; adding s makes it plural

// Something that lives right now and may be meant.
struct NameCandidate {
  std::string name;
  std::vector<std::string> also{};     // other names as good as that one: an id
  std::vector<std::string> loosely{};  // names by circumstances: "广州 prod"
  // Where it is, to tell two of one name apart. May be empty.
  std::string kind{};     // "Deployment"
  std::string ns{};       // "shop"
  std::string cluster{};  // its name
  std::string cluster_id{};
};

struct NameQuestion {
  std::string spoken;
  Named what = Named::workload;
  Language language = Language::zh;  // of the sentences
  std::vector<Alias> aliases{};      // of the user; looked at for workloads
};

// How well a candidate fits, best first. 100 is the very name; below 70 nobody would guess it.
struct NameMatch {
  std::size_t index = 0;  // in the candidates
  int score = 0;
  friend bool operator==(const NameMatch&, const NameMatch&) = default;
};

// All that fit at all, best first; those alike in the candidates' order.
std::vector<NameMatch> rank_names(const NameQuestion& question,
                                  std::span<const NameCandidate> candidates);

// The clear winner. Errc::conflict where two are plausible (the message is a question that offers
// two), Errc::not_found where none is (the message names the nearest three).
Result<NameMatch> choose_name(const NameQuestion& question,
                              std::span<const NameCandidate> candidates);

// Clusters go by name, by id, and by region and role: 广州生产, "shanghai test", 新加坡那个.
std::vector<NameCandidate> cluster_candidates(std::span<const Cluster> clusters);

// Nothing was said, and nothing is usual: a question that offers the first two, Errc::conflict; or
// Errc::not_found where there is none.
Error ask_which_cluster(std::span<const NameCandidate> clusters, Language language);

std::vector<NameCandidate> plain_candidates(std::span<const std::string> names);

}  // namespace mtc::clusters
