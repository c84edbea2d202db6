// What an alarm is about, as far as its dimensions, labels or texts say so.
#pragma once

#include <string_view>

#include "base/json.h"
#include "domain/alerts/report.h"

namespace mtc::tencent {

// Dimensions of Monitor: {"tke_cluster_instance_id": "cls-…", "workload_name": "payment"}, the same
// as a list of names and values, or either as text. `object`: how the console shows it,
// "ins-0a1b2c3d(pay-1)".
alerts::Subject subject_of_dimensions(const Json& dimensions, std::string_view object);

// Names of things in clusters among labels: an object, or a list of {Key, Value}. Fills what is
// empty; what cannot be such a name is left out.
void read_labels(alerts::Subject& subject, const Json& labels);

// The same from a text: "namespace=shop-prod", "workload: payment", JSON. Conservative: a name that
// is given twice with different values is not taken.
void read_names(alerts::Subject& subject, std::string_view text);

}  // namespace mtc::tencent
