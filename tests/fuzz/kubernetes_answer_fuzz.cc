// What a cluster answers: pages of lists, refusals, lines of a watch, quantities. Whatever the
// bytes, they become values or failures; a page that is refused adds nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kubernetes/api_call.h"
#include "adapters/kubernetes/page_reader.h"
#include "adapters/kubernetes/quantity.h"
#include "adapters/kubernetes/watch.h"
#include "base/text.h"

namespace mtc::kubernetes {
namespace {

template <class T>
void feed_page(std::string_view text) {
  static PageReader reader;
  std::vector<T> items(1);
  std::string body(text);
  if (!reader.read(body, items) && items.size() != 1) std::abort();
}

void feed_workloads(std::string_view text, clusters::WorkloadKind kind) {
  static PageReader reader;
  std::vector<clusters::Workload> items;
  std::string body(text);
  (void)reader.read_workloads(body, kind, items);
  for (const auto& item : items) {
    if (item.kind != kind) std::abort();
  }
}

void feed_refusal(std::string_view text, int status) {
  const ApiCall call{.path = "/", .what = "it"};
  const auto failure = failure_of_answer(
      call, "host", {.status = status, .headers = {}, .body = std::string(text)}, true);
  const auto& message = failure.error.message;
  if (!is_valid_utf8(message) || message.size() > 2000 || !message.starts_with("it: "))
    std::abort();
  if (failure.retry_after < Millis{0} || failure.retry_after > Millis{60'000}) std::abort();
}

void feed_lines(std::string_view text) {
  LineCutter cutter;
  std::size_t taken = 0;
  const auto take = [&taken](std::string_view line) {
    if (line.find('\n') != std::string_view::npos) std::abort();
    taken += line.size();
    return true;
  };
  const auto half = text.size() / 2;
  cutter.feed(text.substr(0, half), take);
  cutter.feed(text.substr(half), take);
  if (taken > text.size()) std::abort();
}

}  // namespace
}  // namespace mtc::kubernetes

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mtc::kubernetes;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  feed_page<mtc::clusters::Pod>(text);
  feed_page<mtc::clusters::Node>(text);
  feed_page<mtc::clusters::Service>(text);
  feed_page<mtc::clusters::Ingress>(text);
  feed_page<mtc::clusters::Event>(text);
  feed_page<mtc::clusters::DisruptionBudget>(text);
  feed_page<mtc::clusters::Usage>(text);
  feed_workloads(text, mtc::clusters::WorkloadKind::deployment);
  feed_workloads(text, mtc::clusters::WorkloadKind::daemon_set);
  feed_workloads(text, mtc::clusters::WorkloadKind::cron_job);
  for (const int status : {200, 302, 401, 403, 404, 409, 410, 422, 429, 500}) {
    feed_refusal(text, status);
  }
  feed_lines(text);
  (void)millicores_of(text);
  (void)whole_of(text);
  return 0;
}
