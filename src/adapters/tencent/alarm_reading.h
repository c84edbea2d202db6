// Lenient reading of what callbacks and histories say about an alarm: they write the same in many
// ways, numbers as texts, texts as numbers. What comes out is short, valid and without control
// characters, and still data of somebody else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "domain/alerts/report.h"

namespace mtc::tencent {

constexpr std::size_t kNameBytes = 200, kTextBytes = 1000;

// One line, at most that many bytes.
std::string one_line(std::string_view text, std::size_t most_bytes);

// A scalar as text, whatever it is; empty where it is absent, null or a structure.
std::string scalar_text(const Json& value, std::size_t most_bytes = kNameBytes);
std::string member_text(const Json& object, std::string_view key,
                        std::size_t most_bytes = kNameBytes);

// The number at the beginning of a text: "97.3", "97.3%", "1,200". Nullopt without one.
std::optional<double> leading_number(std::string_view text);

// "gz", "广州", "1", "ap-guangzhou" → "ap-guangzhou". An unknown one stays where it has the shape
// of a code, else it is empty.
std::string region_code(std::string_view text);

// "2026-01-01 08:01:00" (UTC+8), ISO, Unix seconds or milliseconds. Nullopt for anything else and
// for what lies outside of 2000 to 2100: "0" is how callbacks say never.
std::optional<TimePoint> cloud_time(std::string_view text);

// "CpuUsage", "CPUUsage" and "cpu_usage" → "cpu_usage": histories and callbacks name one metric
// differently.
std::string metric_key(std::string_view name);

// Of both services: "Serious", "Critical", "紧急", "2" where numbers mean that (log alarms).
std::optional<alerts::Level> alarm_level(std::string_view text);

// What a simple condition compares with: "CPU利用率 > 90%", "$1.errors >= 5". Nothing where there
// is no comparison with a number, or more than one.
struct Threshold {
  std::optional<double> limit;
  std::string unit;
};
Threshold threshold_of(std::string_view condition);

// An http or https address, or nothing.
std::string web_link(std::string_view text);

// Oldest first; what fires and ends at the same moment in this order.
void put_in_order(std::vector<alerts::Report>& reports);

}  // namespace mtc::tencent
