// The printers behind tables.h, one row a kind, and what they share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {

struct TablePrinter {
  std::string_view kind;
  // "Name|Ready|Restarts#|+IP": # is an integer, + is shown by -o wide only.
  std::string_view columns;
  // One cell a column.
  Json (*cells)(const Json& object, TimePoint now);
};

std::span<const TablePrinter> pod_printers();       // Pod, Node, Event, Namespace
std::span<const TablePrinter> workload_printers();  // Deployment and its like
std::span<const TablePrinter> network_printers();   // Service, Ingress, Endpoints
std::span<const TablePrinter> other_printers();     // the rest

// Reading for cells. Everything tolerates objects that lack what they should have.
std::string text_at(const Json& object, std::string_view dotted, std::string_view fallback = {});
std::int64_t number_at(const Json& object, std::string_view dotted, std::int64_t fallback = 0);
std::string age_cell(const Json& object, TimePoint now);  // since its creation
std::string since_cell(const Json& object, std::string_view dotted, TimePoint now,
                       std::string_view fallback);
std::string labels_cell(const Json& labels);      // a=b,c=d or <none>
std::string selector_cell(const Json& selector);  // of a LabelSelector
// Texts of one member of each item, joined by commas.
std::string joined(const Json& list, std::string_view dotted);
std::string or_none(const std::string& text);  // <none> if empty
// At most three, then " + 2 more...".
std::string first_three(const std::vector<std::string>& all);

}  // namespace mtc::emulator::kubernetes
