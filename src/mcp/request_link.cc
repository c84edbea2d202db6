#include "mcp/request_link.h"

#include <algorithm>

#include "base/text.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxMessage = 1000;
constexpr std::size_t kMaxToken = 1024;  // bytes; every message repeats it
constexpr double kBurst = 20;
constexpr double kPerSecond = 10;

Json token_of(const Json& params) {
  const Json& meta = object_or_empty(params, "_meta");
  const auto token = meta.find("progressToken");
  if (token == meta.end()) return {};
  const bool usable =
      token->is_number_integer() ||
      (token->is_string() && token->get_ref<const std::string&>().size() <= kMaxToken);
  return usable ? *token : Json();
}

}  // namespace

RequestLink::RequestLink(const Request& request, Now now)
    : outlet_(request.outlet),
      token_(token_of(request.params())),
      revision_(request.revision),
      level_(request.log_level),
      now_(std::move(now)),
      allowance_(kBurst) {}

bool RequestLink::too_fast() {
  const auto now = now_();
  const std::chrono::duration<double> passed = now - counted_;
  allowance_ = std::min(kBurst, allowance_ + kPerSecond * passed.count());
  counted_ = now;
  if (allowance_ < 1) return true;
  allowance_ -= 1;
  return false;
}

void RequestLink::progress(double done, std::optional<double> total, std::string_view message) {
  if (outlet_ == nullptr || token_.is_null() || (last_ && done <= *last_)) return;
  const bool complete = total && done >= *total;
  if (too_fast() && !complete) return;
  last_ = done;
  Json params{{"progressToken", token_}, {"progress", done}};
  if (total) params["total"] = *total;
  if (!message.empty() && has_progress_message(revision_)) {
    params["message"] = shorten_bytes(message, kMaxMessage);
  }
  outlet_->send(notification_text("notifications/progress", params));
}

void RequestLink::log(LogLevel level, const Json& data) {
  if (outlet_ == nullptr || !level_ || level < *level_) return;
  outlet_->send(
      notification_text("notifications/message", {{"level", name_of(level)}, {"data", data}}));
}

void RequestLink::hang_up(Millis retry) {
  if (outlet_ != nullptr) outlet_->hang_up(retry);
}

}  // namespace mtc::mcp
