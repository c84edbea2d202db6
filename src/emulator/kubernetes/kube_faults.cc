#include "emulator/kubernetes/kube_faults.h"

#include "base/fields.h"

namespace mtc::emulator::kubernetes {
namespace {

FieldOptions count(double most = 1'000'000) {
  return {.required = false, .minimum = 0, .maximum = most};
}

const Fields<KubeFaults>& fields() {
  static const Fields<KubeFaults> all{
      field("path_prefix", &KubeFaults::path_prefix, "Only requests whose path begins so",
            {.required = false}),
      field("writes", &KubeFaults::writes, "Only changes that are kept: no reading, no dry run",
            {.required = false}),
      field("delay_ms", &KubeFaults::delay_ms, "Wait before every answer", count(600'000)),
      field("errors", &KubeFaults::errors, "So many requests fail with error_status", count()),
      field("error_status", &KubeFaults::error_status, "HTTP status of the errors",
            {.required = false, .minimum = 400, .maximum = 599}),
      field("retry_after_seconds", &KubeFaults::retry_after_seconds, "Retry-After of 429 and 503",
            count(3600)),
      field("drops", &KubeFaults::drops, "So many connections close in the middle of the answer",
            count()),
      field("truncated", &KubeFaults::truncated, "So many answers end in the middle of the JSON",
            count()),
      field("garbage", &KubeFaults::garbage, "So many answers are no JSON", count()),
      field("expired_watches", &KubeFaults::expired_watches, "So many watches are told 410",
            count()),
  };
  return all;
}

}  // namespace

bool KubeFaults::concerns(const HttpRequest& request, std::string_view path) const {
  if (!path.starts_with(path_prefix)) return false;
  return !writes ||
         (request.method != "GET" && request.query.find("dryRun=All") == std::string::npos);
}

Result<KubeFaults> parse_kube_faults(const Json& json) {
  return fields().parse(json);
}
Json show_kube_faults(const KubeFaults& faults) {
  return fields().show(faults);
}

}  // namespace mtc::emulator::kubernetes
