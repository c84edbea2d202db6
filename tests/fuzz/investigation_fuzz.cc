// What a model answers while it looks for a cause. Whatever the bytes: a look has plain arguments,
// a proposal is short sentences, and nothing that was not shown is called evidence.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "domain/rollback/grounding.h"
#include "domain/rollback/investigation_answer.h"

namespace {

using namespace mtc;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const rollback::WantedLook& look) {
  require(!look.name.empty() && look.name.size() <= 64);
  require(look.arguments.is_object() && look.arguments.size() <= 8);
  for (const auto& [key, value] : look.arguments.items()) {
    require(!value.is_structured());
    if (!value.is_string()) continue;
    const auto& text = value.get_ref<const std::string&>();
    require(is_valid_utf8(text) && text.size() <= 200 && text.find("..") == std::string::npos);
    require(!text.starts_with('/'));
  }
}

void check(const rollback::Proposal& proposal) {
  static const rollback::ShownText nothing;
  require(proposal.evidence.size() <= 5 && proposal.first.size() <= 64);
  require(!proposal.opinion || (*proposal.opinion >= 1 && *proposal.opinion <= 10));
  require(is_valid_utf8(proposal.cause) && count_characters(proposal.cause) <= 160);
  for (const auto& sentence : proposal.evidence) {
    require(is_valid_utf8(sentence) && sentence.find('\n') == std::string::npos);
    rollback::ShownText itself;
    itself.add(sentence);
    for (const auto language : {Language::zh, Language::en}) {
      (void)itself.supports(sentence, true, language);
      (void)nothing.supports(sentence, true, language);
    }
  }
}

void check(const rollback::Nonsense& nonsense) {
  require(!nonsense.hint.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::visit([](const auto& answer) { check(answer); }, rollback::parse_investigation_answer(text));
  return 0;
}
