// How much clusters use, from Monitor: QCE/TKE2 for what runs in a cluster, QCE/CVM for the disks
// of its machines.
#pragma once

#include <string>
#include <vector>

#include "adapters/tencent/client.h"
#include "domain/clusters/metrics.h"

namespace mtc::tencent {

// Facts of the service that callers meet: it keeps fewer points the older they are, so that a wide
// range comes in wider steps than asked for; pods are measured workload by workload or node by node
// (Errc::invalid_argument without either); disks only of whole machines.
class MonitorMetrics final : public clusters::Metrics {
 public:
  // Borrowed, and outlive this.
  MonitorMetrics(TencentClient& client, const Clock& clock) : client_(client), clock_(clock) {}

  Async<Result<std::vector<clusters::MetricSeries>>> series(clusters::MetricQuery query) override;

 private:
  Async<Result<std::vector<clusters::MetricSeries>>> containers(clusters::MetricQuery query);
  Async<Result<std::vector<clusters::MetricSeries>>> disks(clusters::MetricQuery query);

  TencentClient& client_;
  const Clock& clock_;
};

}  // namespace mtc::tencent
