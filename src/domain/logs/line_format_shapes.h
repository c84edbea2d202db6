// The shapes a raw log line can have; LineParser tries one after the other. Each reader returns
// false for a line of another shape and may leave *out half filled then.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/logs/line_format.h"
#include "domain/logs/line_format_time.h"

namespace mtc::logs {

// [name | ] [LEVEL ] time, then level, thread, process, logger in any order, then the message.
bool read_header(std::string_view line, StampReader& stamps, ParsedLine* out);

// Month day time host process[12]: message; <priority> in front; RFC 5424.
bool read_syslog(std::string_view line, StampReader& stamps, ParsedLine* out);

// - 1117838570 2005.06.03 NODE 2005-06-03-15.42.50.675872 NODE RAS KERNEL INFO message; other
// supercomputers of the same collection go on with a syslog header behind the node.
bool read_blue_gene(std::string_view line, StampReader& stamps, ParsedLine* out);

// E0612 10:00:00.123456       1 controller.go:105] message
bool read_klog(std::string_view line, StampReader& stamps, ParsedLine* out);

// 10.0.0.1 - bob [22/Nov/2026:05:00:00 +0800] "GET / HTTP/1.1" 200 612 …
bool read_access(std::string_view line, StampReader& stamps, ParsedLine* out);

// time=… level=info service=gateway msg="…". A message with escapes is unquoted into *buffer.
bool read_logfmt(std::string_view line, StampReader& stamps, std::string* buffer, ParsedLine* out);

// "host process[12]: message" or "process: message". Strict: only with a number behind the process.
bool read_process(std::string_view rest, bool strict, ParsedLine* out);

// A level as headers write it: "INFO", "Info", "info"; single letters only as capitals.
std::optional<Level> header_level(std::string_view word);

}  // namespace mtc::logs
