// Whatever is sent to the alarm webhooks: what is taken has short, valid members and sensible
// times, and the same body makes the same reports.
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/tencent/alarm_callbacks.h"
#include "base/text.h"

namespace {

using namespace mtc;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_text(const std::string& text, std::size_t most) {
  require(text.size() <= most && is_valid_utf8(text) && text.find('\0') == std::string::npos);
}

void check(const alerts::Report& report, TimePoint now) {
  require(!report.id.empty() && !(report.policy_id.empty() && report.policy_name.empty()));
  require(report.first <= report.at && report.at <= now && report.first > TimePoint{});
  for (const auto* text : {&report.id, &report.policy_id, &report.policy_name, &report.metric,
                           &report.unit, &report.subject.region, &report.subject.cluster_name,
                           &report.subject.instance, &report.subject.text})
    check_text(*text, 400);
  for (const auto* text : {&report.condition, &report.link, &report.message})
    check_text(*text, 1400);
  for (const auto* name : {&report.subject.cluster_id, &report.subject.ns, &report.subject.kind,
                           &report.subject.name, &report.subject.pod, &report.subject.node})
    require(name->size() <= 253 && name->find_first_of(" /\\\"'\n") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const TimePoint now{std::chrono::seconds(1795323600)};
  for (const auto parse : {tencent::parse_monitor_callback, tencent::parse_log_callback}) {
    const auto reports = parse(body, now), again = parse(body, now + std::chrono::hours(1));
    require(reports.has_value() == again.has_value());
    if (!reports) {
      require(reports.error().code == Errc::invalid_argument && !reports.error().message.empty());
      require(is_valid_utf8(reports.error().message));
      continue;
    }
    require(!reports->empty() && reports->size() == again->size());
    for (std::size_t i = 0; i < reports->size(); ++i) {
      check((*reports)[i], now);
      require((*reports)[i].id == (*again)[i].id);
    }
  }
  return 0;
}
