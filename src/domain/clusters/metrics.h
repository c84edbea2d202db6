// The port to the cloud's monitoring: how much of a resource something used, over time.
// adapters/tencent implements it with Monitor.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc::clusters {

enum class Measure { cpu, memory, storage, network_in, network_out };
enum class Subject { cluster, node, namespace_, workload, pod };

struct MetricQuery {
  std::string region;
  std::string cluster_id;
  Measure measure = Measure::cpu;
  Subject subject = Subject::node;
  std::string ns;    // narrows to a namespace; may be empty
  std::string name;  // narrows to one node, workload or pod; may be empty
  TimePoint from{}, to{};
  Millis step{60'000};
};

struct MetricPoint {
  TimePoint at{};
  double value = 0;
};

// One line: one node, namespace, workload or pod.
struct MetricSeries {
  std::string ns, name;
  std::string unit;                 // "percent", "cores", "bytes", "bytes/s"
  std::vector<MetricPoint> points;  // by time; gaps are left out
};

class Metrics {
 public:
  virtual ~Metrics() = default;
  // Errc::not_found where the cloud does not measure that for this subject.
  virtual Async<Result<std::vector<MetricSeries>>> series(MetricQuery query) = 0;
};

}  // namespace mtc::clusters
