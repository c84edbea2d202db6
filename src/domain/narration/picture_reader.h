// Has a model look at a picture that somebody handed in. What the picture is, is checked here; what
// the model says of it is data: made fit to be said, and its numbers vouched for by nobody.
#pragma once

#include <string>
#include <string_view>

#include "base/async.h"
#include "base/language.h"
#include "base/result.h"
#include "domain/narration/chat_model.h"

namespace mtc::narration {

inline constexpr std::size_t kMostPictureBytes = 5U << 20U;

// A PNG or JPEG by its first bytes; Errc::invalid_argument for anything else and for more than
// kMostPictureBytes.
Result<ChatPicture> check_picture(std::string bytes);

// "data:image/png;base64,…", whole.
Result<ChatPicture> picture_of_data_url(std::string_view url);

// One or two sentences: letters, numbers and plain punctuation, at most kMostSpoken characters.
// Failures: those of the model; Errc::unavailable where nothing that can be said came back.
Async<Result<std::string>> look_at_picture(ChatModel& model, ChatPicture picture,
                                           Language language);
inline constexpr std::size_t kMostSpoken = 200;

// What a model may have said, as it may be spoken. May be empty.
std::string tame_description(std::string_view text);

}  // namespace mtc::narration
