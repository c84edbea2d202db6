#include "domain/rollback/investigation_answer.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "domain/rollback/json_members.h"
#include "domain/rollback/outside_text.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kMostAnswer = 16U << 10U;  // bytes
constexpr std::size_t kMostName = 64;            // bytes
constexpr std::size_t kMostArguments = 8;
constexpr std::size_t kMostArgument = 200;  // bytes
constexpr std::size_t kMostEvidence = 5;
constexpr std::size_t kMostSentence = 160;  // characters
constexpr int kDepth = 8;

// Models like to put JSON into a fence of Markdown.
std::string_view without_fence(std::string_view text) {
  text = trim(text);
  if (!text.starts_with("```") || !text.ends_with("```") || text.size() < 6) return text;
  text.remove_prefix(3);
  text.remove_suffix(3);
  if (text.starts_with("json")) text.remove_prefix(4);
  return trim(text);
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostName &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
}

// Names, words and times; nothing that could lead out of where a look may look.
bool is_harmless(std::string_view text) {
  if (text.size() > kMostArgument || !is_valid_utf8(text)) return false;
  if (text.starts_with('/') || text.starts_with('~') || text.find("..") != std::string_view::npos ||
      text.find("://") != std::string_view::npos)
    return false;
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || is_one_of(c, "\\%`$");
  });
}

bool are_harmless(const Json& arguments) {
  if (!arguments.is_object() || arguments.size() > kMostArguments) return false;
  for (const auto& [key, value] : arguments.items()) {
    if (!is_plain_name(key) || value.is_structured()) return false;
    if (value.is_string() && !is_harmless(value.get_ref<const std::string&>())) return false;
  }
  return true;
}

InvestigationAnswer read_look(const Json& object) {
  WantedLook out{.name = string_or(object, "look")};
  if (!is_plain_name(out.name)) return Nonsense{"\"look\" has to be the name of a look"};
  if (const Json* arguments = member_in(object, "arguments");
      arguments != nullptr && !arguments->is_null()) {
    if (!are_harmless(*arguments))
      return Nonsense{"\"arguments\" has to be a flat object of short plain values"};
    out.arguments = *arguments;
  }
  return out;
}

std::string sentence_in(const Json& value) {
  if (!value.is_string()) return {};
  return clean_text(value.get_ref<const std::string&>(), kMostSentence);
}

InvestigationAnswer read_proposal(const Json& object) {
  const Json& proposal = object["propose"];
  if (!proposal.is_object()) return Nonsense{"\"propose\" has to be an object"};
  Proposal out{.first = string_or(proposal, "first")};
  if (out.first.size() > kMostName) out.first.clear();
  if (const Json* cause = member_in(proposal, "cause")) out.cause = sentence_in(*cause);
  for (const auto& item : array_or_empty(proposal, "evidence")) {
    if (out.evidence.size() == kMostEvidence) break;
    if (auto sentence = sentence_in(item); !sentence.empty())
      out.evidence.push_back(std::move(sentence));
  }
  const auto opinion = number_in(proposal, "opinion");
  if (opinion && *opinion >= 1 && *opinion <= 10) out.opinion = opinion;
  return out;
}

}  // namespace

InvestigationAnswer parse_investigation_answer(std::string_view text) {
  if (text.size() > kMostAnswer) return Nonsense{"the answer was too long"};
  const auto json = parse_json(without_fence(text), kDepth);
  if (!json || !json->is_object()) return Nonsense{"the answer was not one JSON object"};
  const bool look = json->contains("look");
  const bool propose = json->contains("propose");
  if (look == propose) return Nonsense{"the object needs either \"look\" or \"propose\""};
  return look ? read_look(*json) : read_proposal(*json);
}

}  // namespace mtc::rollback
