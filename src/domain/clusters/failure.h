// What a failure means for somebody who listens.
#pragma once

#include <string>

#include "base/language.h"
#include "base/result.h"

namespace mtc::clusters {

// A sentence in the person's language. Our own sentences stay as they are; what the cloud, a
// cluster or our store says is English, terse and for readers: it becomes a sentence that says what
// kind of trouble it is and what to do.
std::string say_failure(const Error& error, Language language);

// Of a write: whether it may have been done although it failed. Nobody refused it; there was no
// answer, or none that can be read.
bool may_be_done(const Error& error);

// What became of a write that failed: "没有收到回答，不知道做成了没有 …", or say_failure().
std::string say_write_failure(const Error& error, Language language);

}  // namespace mtc::clusters
