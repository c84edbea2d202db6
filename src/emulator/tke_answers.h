// What the files of the Kubernetes service's actions share.
#pragma once

#include <string_view>

#include "emulator/action_table.h"
#include "emulator/listing.h"
#include "emulator/tke_model.h"

namespace mtc::emulator {

inline constexpr std::string_view kTkeVersion = "2018-05-25";
inline constexpr std::string_view kTke2022Version = "2022-05-01";
inline constexpr std::string_view kTkeScope = "tke2018/";
inline constexpr std::string_view kTke2022Scope = "tke2022/";
inline constexpr std::string_view kTkeParam = "InvalidParameter.Param";
inline constexpr FilterStyle kTkeFilters{.name_member = "Name", .code = kTkeParam, .tags = false};
// Of the node pool lists, which know "tags" and "tag:<key>".
inline constexpr FilterStyle kTkePoolFilters{.name_member = "Name", .code = kTkeParam};

// InstanceState: "initializing", "running"
std::string_view name_of(NodeState state);

// The body's ClusterId and NodePoolId.
struct PoolTarget {
  Record* cluster = nullptr;
  Record* pool = nullptr;
};
ApiResult<PoolTarget> find_target(Call& call);

// NodeCountSummary; nobody adds nodes by hand here.
Json count_summary(const Call& call, const Record& cluster, const Record& pool);

// InvalidParameter.Param for labels, taints and bounds that the service does not take.
ApiResult<> check_labels_and_taints(const Json& body);
ApiResult<> check_bounds(std::int64_t min, std::int64_t max, std::int64_t wanted);
ApiResult<> check_pool_name(const std::string& name);

// Filters of both node pool lists over name, id and tags ([{Key, Value}]).
ApiResult<std::vector<Record*>> filtered_pools(const Json& body, std::vector<Record*> pools);

}  // namespace mtc::emulator
