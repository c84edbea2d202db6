// What a panel's SQL says about the rows that it gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mtc::dashboards {

// Whether a column counts or adds up: "count(*) as pv", "count_if(status>=500) err", "sum(bytes)".
// Where it has no row, it is 0. False for what is worked out of counts.
bool is_count(std::string_view sql, std::string_view column);

// Seconds of a bucket: "histogram(t, interval 5 minute)", "time_series(t, '5m', …)"; 0 where none
// is named.
std::int64_t bucket_seconds(std::string_view sql);

// How many rows it gives at most: the last "limit", else as many as the log service gives.
std::size_t most_rows(std::string_view sql);

}  // namespace mtc::dashboards
