// Log lines come from anywhere: whatever the bytes, parsing and mining end, stay in bounds and keep
// their promises.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/logs/line_format.h"
#include "domain/logs/template_miner.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mtc::logs;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  LineParser parser(
      {.zone = mtc::Zone::utc(), .reference = mtc::TimePoint(std::chrono::seconds(1'795'323'600))});
  // Few groups, so that the limits are reached too.
  TemplateMiner miner({.max_templates = 24});
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = parser.parse(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    const TemplateId id = miner.add(line.message);
    require(id < miner.size() && miner.resolve(id) == id);
    // The views must be readable; a message seen once is found again.
    (void)mtc::logs::parse_level(line.service);
    require(miner.add(line.message) == id);
  }
  require(miner.size() <= 25 && miner.group_count() <= miner.size());
  for (TemplateId id = 0; id < miner.size(); ++id) {
    require(miner.resolve(miner.resolve(id)) == miner.resolve(id));
    (void)miner.text(id);
  }
  return 0;
}
