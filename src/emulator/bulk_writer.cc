#include "emulator/bulk_writer.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kLogsInPackage = 10'000;
constexpr std::int64_t kLogsInTransaction = 200'000;

}  // namespace

void BulkWriter::add(int stream, std::int64_t time_ms, const std::vector<TextPair>& contents) {
  if (!writer_) writer_ = std::make_unique<LogWriter>(table_);
  const auto at = static_cast<std::size_t>(stream);
  if (at >= places_.size()) places_.resize(at + 1);
  auto& place = places_[at];
  if (place.group == 0 || place.index == kLogsInPackage)
    place = {.stream = stream, .group = table_.next_group(stream)};
  writer_->add(place, time_ms, contents);
  ++place.index;
  if (++count_ % kLogsInTransaction == 0) finish();
}

void BulkWriter::finish() {
  if (writer_) writer_->commit();
  writer_.reset();
}

}  // namespace mtc::emulator
