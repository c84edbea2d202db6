// What is asked of clusters and of what runs in them.
#pragma once

#include <optional>

#include "domain/intent/tool_call.h"
#include "domain/intent/utterance.h"

namespace mtc::intent {

// Scaling and restarting.
std::optional<ToolCall> route_cluster_change(Utterance said);

// Nodes, pods, how much of them is used.
std::optional<ToolCall> route_cluster_look(Utterance said);

// How one workload is: "订单服务怎么样", "how is payment doing". Takes a service by its name only
// if the name is Latin or ends in 服务: 天气怎么样 is not our affair.
std::optional<ToolCall> route_workload_look(Utterance said);

// The clusters themselves, where nothing in them was asked for.
std::optional<ToolCall> route_clusters(Utterance said);

}  // namespace mtc::intent
