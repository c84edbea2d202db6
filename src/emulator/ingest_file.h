// Real log files as a topic: every line under __CONTENT__ with a full-text index.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "emulator/emulator.h"

namespace mtc::emulator {

struct IngestRequest {
  std::string topic;
  std::filesystem::path file;
  TimePoint from{}, to{};  // the lines are spread evenly over this span
};

// "TOPIC=FILE" (yesterday, 00:00 to 24:00 UTC+8) or "TOPIC=FILE@FROM..TO" with ISO times (UTC+8
// where no zone is given).
Result<IngestRequest> parse_ingest(std::string_view text, const Clock& clock);

struct Ingested {
  std::string topic_id;
  std::int64_t lines = 0;
};

// Into the logset "files" of the first account in ap-guangzhou; the topic is made if it is not
// there. Errc::not_found or unavailable if the file cannot be read.
Result<Ingested> ingest_file(Emulator& emulator, const IngestRequest& request);

}  // namespace mtc::emulator
