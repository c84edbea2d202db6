#include "app/commands/log_reader.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace mtc::app {

namespace {

// A view that will still be good when the parser reads on.
std::string_view keep(std::string_view view, ParsedBlock& block) {
  const char* const begin = block.raw.bytes.data();
  if (view.empty() || (view.data() >= begin && view.data() < begin + block.raw.bytes.size()))
    return view;
  if (!block.extra.empty() && block.extra.back() == view) return block.extra.back();
  return block.extra.emplace_back(view);
}

void parse_block(logs::LineParser& parser, ParsedBlock& block) {
  block.lines.clear();
  block.extra.clear();
  for (const auto raw : block.raw.lines) {
    auto& line = block.lines.emplace_back(parser.parse(raw));
    line.service = keep(line.service, block);
    line.message = keep(line.message, block);
  }
}

}  // namespace

// Hands blocks from the thread that reads and parses to the one that counts, and empty ones back.
class LogReader::BlockQueue {
 public:
  BlockQueue() {
    for (int i = 0; i < kBlocks; ++i) empty_.push_back(std::make_unique<ParsedBlock>());
  }

  // Null once stop() was called.
  std::unique_ptr<ParsedBlock> take_empty() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || !empty_.empty(); });
    return stopped_ ? nullptr : pop(empty_);
  }
  // Null after the last one.
  std::unique_ptr<ParsedBlock> take_full() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_ || !full_.empty(); });
    return full_.empty() ? nullptr : pop(full_);
  }
  void put_full(std::unique_ptr<ParsedBlock> block) { put(full_, std::move(block)); }
  void put_empty(std::unique_ptr<ParsedBlock> block) { put(empty_, std::move(block)); }
  void finish() { set(finished_); }
  void stop() { set(stopped_); }

 private:
  static constexpr int kBlocks = 6;
  using Blocks = std::deque<std::unique_ptr<ParsedBlock>>;

  static std::unique_ptr<ParsedBlock> pop(Blocks& blocks) {
    auto block = std::move(blocks.front());
    blocks.pop_front();
    return block;
  }
  void put(Blocks& blocks, std::unique_ptr<ParsedBlock> block) {
    {
      const std::lock_guard lock(mutex_);
      blocks.push_back(std::move(block));
    }
    changed_.notify_all();
  }
  void set(bool& flag) {
    {
      const std::lock_guard lock(mutex_);
      flag = true;
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Blocks empty_;
  Blocks full_;
  bool finished_ = false;
  bool stopped_ = false;
};

LogReader::LogReader(std::vector<std::unique_ptr<ByteSource>> sources, Zone zone, TimePoint now)
    : sources_(std::move(sources)),
      zone_(std::move(zone)),
      now_(now),
      queue_(std::make_unique<BlockQueue>()) {}

LogReader::~LogReader() {
  queue_->stop();
}

void LogReader::start() {
  reading_ = std::jthread([this] { read_all(); });
}

std::unique_ptr<ParsedBlock> LogReader::next() {
  return queue_->take_full();
}

void LogReader::give_back(std::unique_ptr<ParsedBlock> block) {
  queue_->put_empty(std::move(block));
}

std::optional<std::uint64_t> LogReader::total_bytes() const {
  std::uint64_t total = 0;
  for (const auto& source : sources_) {
    const auto size = source->progress().size;
    if (!size) return std::nullopt;
    total += *size;
  }
  return total;
}

void LogReader::read_all() {
  for (auto& source : sources_) {
    if (!read_one(*source)) break;
    bytes_before_ += source->progress().read;
    source.reset();
  }
  queue_->finish();
}

bool LogReader::read_one(ByteSource& source) {
  logs::LineParser parser({.zone = zone_, .reference = source.modified().value_or(now_)});
  LineBlocks blocks(source);
  for (;;) {
    auto block = queue_->take_empty();
    if (!block) return false;
    auto more = blocks.next(&block->raw);
    if (!more) failures_.push_back(more.error());
    if (!more || !*more) {
      queue_->put_empty(std::move(block));
      return true;
    }
    parse_block(parser, *block);
    block->bytes_read = bytes_before_ + source.progress().read;
    queue_->put_full(std::move(block));
  }
}

}  // namespace mtc::app
