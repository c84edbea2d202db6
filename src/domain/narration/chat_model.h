// The port to a language model. It only ever rewrites or proposes; nothing it says is believed
// unchecked.
#pragma once

#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc::narration {

// PNG or JPEG, checked: see picture_reader.h.
struct ChatPicture {
  std::string bytes;
  std::string mime_type;
};

struct ChatRequest {
  std::string system;                    // our instructions
  std::string user;                      // data, already redacted
  std::optional<ChatPicture> picture{};  // for models that see
  int max_tokens = 600;
  double temperature = 0.2;
};

class ChatModel {
 public:
  virtual ~ChatModel() = default;
  // The model's text. Errc::timed_out after the adapter's deadline, Errc::unavailable for transport
  // trouble and for answers that are no answers, Errc::denied for a refused key.
  virtual Async<Result<std::string>> complete(ChatRequest request) = 0;
};

}  // namespace mtc::narration
