#include "domain/logs/line_format_json.h"

#include <simdjson.h>

#include <cstring>
#include <vector>

namespace mtc::logs {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kLongestLine = std::size_t{4} << 20;  // longer ones are plain text

enum class Key { other, time, level, service, message, raw };

// Where two keys mean the same, the one with the higher rank counts.
struct Meaning {
  Key key = Key::other;
  int rank = 0;
};

Meaning meaning_of(std::string_view key) {
  struct Name {
    std::string_view name;
    Key key;
    int rank;
  };
  static constexpr Name kNames[] = {
      {"time", Key::time, 3},
      {"ts", Key::time, 3},
      {"timestamp", Key::time, 3},
      {"@timestamp", Key::time, 4},
      {"t", Key::time, 1},
      {"date", Key::time, 1},
      {"datetime", Key::time, 2},
      {"asctime", Key::time, 2},
      {"__TIMESTAMP__", Key::time, 1},
      {"level", Key::level, 4},
      {"severity", Key::level, 3},
      {"lvl", Key::level, 3},
      {"log.level", Key::level, 4},
      {"loglevel", Key::level, 3},
      {"levelname", Key::level, 3},
      {"log_level", Key::level, 3},
      {"service", Key::service, 5},
      {"service.name", Key::service, 5},
      {"app", Key::service, 4},
      {"logger", Key::service, 2},
      {"component", Key::service, 3},
      {"container", Key::service, 3},
      {"container_name", Key::service, 3},
      {"application", Key::service, 4},
      {"name", Key::service, 1},
      {"logger_name", Key::service, 2},
      {"msg", Key::message, 5},
      {"message", Key::message, 5},
      {"log", Key::raw, 3},
      {"event", Key::message, 2},
      {"error", Key::message, 1},
      {"__CONTENT__", Key::raw, 3},
  };
  for (const Name& name : kNames) {
    if (name.name == key) return {name.key, name.rank};
  }
  return {};
}

// pino and bunyan count from 10 to 60, syslog from 7 down to 0.
Level level_of_number(std::int64_t number) {
  if (number >= 60) return Level::fatal;
  if (number >= 50) return Level::error;
  if (number >= 40) return Level::warn;
  if (number >= 30) return Level::info;
  if (number >= 20) return Level::debug;
  if (number >= 10) return Level::trace;
  if (number < 0) return Level::unknown;
  if (number <= 2) return Level::fatal;
  if (number == 3) return Level::error;
  if (number == 4) return Level::warn;
  return number == 7 ? Level::debug : Level::info;
}

}  // namespace

class JsonLineReader::Impl {
 public:
  bool read(std::string_view line, StampReader& stamps, LogLine* out, bool* raw) {
    if (line.size() > kLongestLine) return false;
    if (buffer_.size() < line.size() + simdjson::SIMDJSON_PADDING) {
      buffer_.resize(line.size() * 2 + simdjson::SIMDJSON_PADDING);
    }
    std::memcpy(buffer_.data(), line.data(), line.size());
    std::memset(buffer_.data() + line.size(), 0, simdjson::SIMDJSON_PADDING);
    ondemand::document document;
    if (parser_.iterate(buffer_.data(), line.size(), buffer_.size()).get(document) !=
        simdjson::SUCCESS)
      return false;
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    ranks_[0] = ranks_[1] = ranks_[2] = ranks_[3] = 0;
    out->message = line;
    *raw = false;
    for (auto field : object) {
      std::string_view key;
      ondemand::value value;
      // What follows a broken member is lost; a line cut short still tells its time and level.
      if (field.error() != simdjson::SUCCESS ||
          field.unescaped_key().get(key) != simdjson::SUCCESS ||
          field.value().get(value) != simdjson::SUCCESS) {
        break;
      }
      const Meaning meaning = meaning_of(key);
      if (meaning.key != Key::other) take(meaning, value, stamps, out, raw);
    }
    return true;
  }

 private:
  void take(Meaning meaning, ondemand::value& value, StampReader& stamps, LogLine* out, bool* raw) {
    int& rank = ranks_[static_cast<int>(meaning.key == Key::raw ? Key::message : meaning.key) - 1];
    if (meaning.rank <= rank) return;
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return;
    if (type == ondemand::json_type::number) {
      double number = 0;
      if (value.get_double().get(number) != simdjson::SUCCESS) return;
      if (meaning.key == Key::time) {
        const auto time = StampReader::from_epoch(number);
        if (!time) return;
        out->time = *time;
      } else if (meaning.key == Key::level && number > -1 && number < 1000) {
        out->level = level_of_number(static_cast<std::int64_t>(number));
      } else {
        return;
      }
      rank = meaning.rank;
      return;
    }
    std::string_view text;
    if (type != ondemand::json_type::string || value.get_string().get(text) != simdjson::SUCCESS)
      return;
    switch (meaning.key) {
      case Key::other:
        return;
      case Key::time: {
        const auto stamp = stamps.read(text);
        if (!stamp) return;
        out->time = stamp->time;
        break;
      }
      case Key::level: {
        const auto level = parse_level(text);
        if (!level) return;
        out->level = *level;
        break;
      }
      case Key::service:
        out->service = text;
        break;
      case Key::message:
      case Key::raw:
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
        out->message = text;
        *raw = meaning.key == Key::raw;
        break;
    }
    rank = meaning.rank;
  }

  ondemand::parser parser_;
  std::vector<char> buffer_;
  int ranks_[4] = {};  // of what has been taken: time, level, service, message
};

JsonLineReader::JsonLineReader() : impl_(std::make_unique<Impl>()) {}
JsonLineReader::~JsonLineReader() = default;
JsonLineReader::JsonLineReader(JsonLineReader&&) noexcept = default;
JsonLineReader& JsonLineReader::operator=(JsonLineReader&&) noexcept = default;

bool JsonLineReader::read(std::string_view line, StampReader& stamps, LogLine* out, bool* raw) {
  return impl_->read(line, stamps, out, raw);
}

}  // namespace mtc::logs
