// What spoken texts about clusters share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/language.h"

namespace mtc::clusters {

constexpr std::size_t kMostSpoken = 300;  // characters; two of English take the time of one Chinese

// "a", "a 和 b", "a、b 和 c"; "a, b and c". After `most` of them: "… 等五个", "… and two more".
std::string say_list(const std::vector<std::string>& names, std::size_t most, Language language);

// 三个副本, "three pods".
std::string say_pods_counted(std::int64_t count, Language language);

// Where something was looked for: "广州生产集群的 crm 里", "in crm of gz-prod". Both may be empty.
std::string say_place(std::string_view cluster, std::string_view ns, Language language);

// 两个 G, 五百一十二兆; "2 gigabytes".
std::string say_bytes(std::int64_t bytes, Language language);
// 一个半核, 三百毫核; "1.5 cores".
std::string say_cores(std::int64_t millicores, Language language);

// Sentences as long as they may be heard, in Chinese without the gaps that names leave; what does
// not fit is left out from the first sentence on that is too long.
std::string within_breath(const std::vector<std::string>& sentences, Language language);

// "Order 3 pods" from "order 3 pods".
std::string capitalised(std::string text);

}  // namespace mtc::clusters
