// Lets a model retell a digest for the ear, and does not believe it: redacted data in, checked text
// out, our own text in every doubtful case.
#pragma once

#include <cstddef>
#include <string>

#include "base/async.h"
#include "base/language.h"
#include "domain/digest/digest.h"
#include "domain/narration/chat_model.h"
#include "domain/narration/redaction.h"

namespace mtc::narration {

struct NarratorOptions {
  RedactionOptions redaction{};
  int max_tokens = 800;
  double temperature = 0.3;
};

struct Narration {
  std::string text;  // never empty unless the deterministic text is
  bool from_model = false;
  std::string
      reason{};  // why it is not the model's text; for the log, never spoken; holds no secret
};

class Narrator {
 public:
  // `model` outlives the narrator; null: every narration is the deterministic text, at once.
  explicit Narrator(ChatModel* model, NarratorOptions options = {})
      : model_(model), options_(options) {}

  // Asks at most twice, the second time with the checker's complaint. A model that fails, is slow
  // or insists gets the deterministic text spoken; there is no other failure. All parameters are
  // copies: the digest may go away meanwhile.
  Async<Narration> narrate(digest::Digest digest, std::string deterministic_text, Language language,
                           std::size_t max_characters);

 private:
  ChatModel* model_;
  NarratorOptions options_;
};

}  // namespace mtc::narration
