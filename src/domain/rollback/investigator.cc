#include "domain/rollback/investigator.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/text.h"
#include "domain/narration/redaction.h"
#include "domain/rollback/grounding.h"
#include "domain/rollback/investigation_answer.h"
#include "domain/rollback/investigation_prompt.h"
#include "domain/rollback/outside_text.h"
#include "domain/rollback/within.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kWorthShowing = 400;  // bytes: a look into less than that shows nothing
constexpr std::size_t kMostLooked = 200;    // characters, for the audit log
constexpr std::size_t kMostFailure = 120;

using Looks = std::shared_ptr<const std::vector<Look>>;

// The function has to live as long as the coroutine it makes.
Async<Result<std::string>> see(Looks looks, std::size_t index, Json arguments) {
  co_return co_await (*looks)[index].see(std::move(arguments));
}

Json redacted(const Json& value, narration::Redactor& redactor) {
  if (value.is_string()) return redactor.redact(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& item : out) item = redacted(item, redactor);
  return out;
}

// One investigation: what it has shown, and what of an answer holds.
class Inquiry {
 public:
  Inquiry(const Diagnosis& diagnosis, const InvestigationLimits& limits, Language language)
      : diagnosis_(diagnosis), limits_(limits), language_(language) {}

  void show_situation(const Json& situation) {
    Json shown = redacted(situation, redactor_);
    if (dump_json(shown).size() > limits_.shown_bytes)
      shown = {{"first_guess", shown["first_guess"]}};
    used_ = dump_json(shown).size();
    shown_.add(dump_json(shown));
    data_ = {{"situation", std::move(shown)}, {"looks", Json::array()}};
  }

  // As much of it as there is room for. Hidden first and cut then: half an address would not be
  // recognised.
  void show_look(const WantedLook& look, std::string_view text) {
    const std::size_t room = std::min(left(), limits_.shown_bytes / 3);
    std::string shown = redactor_.redact(prefix_of_bytes(text, 4 * limits_.shown_bytes));
    Json entry{{"look", look.name}, {"arguments", redacted(look.arguments, redactor_)}};
    for (;;) {
      entry["shown"] = shown;
      if (shown.empty() || dump_json(entry).size() <= room) break;
      shown = std::string(prefix_of_bytes(shown, shown.size() * 3 / 4));
    }
    used_ += dump_json(entry).size();
    shown_.add(shown);
    data_["looks"].push_back(std::move(entry));
  }

  bool is_full() const { return left() < kWorthShowing; }

  bool has_asked(const WantedLook& look) {
    auto key = look.name + dump_json(look.arguments);
    if (contains(asked_, key)) return true;
    asked_.push_back(std::move(key));
    return false;
  }

  narration::ChatRequest request(const std::vector<Look>& looks,
                                 const InvestigationTurn& turn) const {
    narration::ChatRequest out;
    out.system = investigation_system(language_);
    out.user = investigation_user(looks, data_, turn);
    out.max_tokens = static_cast<int>(limits_.answer_tokens);
    out.temperature = 0;
    return out;
  }

  // Without evidence that holds nothing of it does.
  std::optional<Advice> what_holds(const Proposal& proposal) const {
    Advice out;
    for (const auto& sentence : proposal.evidence) {
      if (shown_.supports(sentence, true, language_)) out.evidence.push_back(sentence);
    }
    if (out.evidence.empty()) return std::nullopt;
    if (shown_.supports(proposal.cause, false, language_)) out.cause = proposal.cause;
    if (const auto rung = parse_rung(proposal.first); rung && is_allowed(*rung)) out.first = rung;
    out.opinion = proposal.opinion;
    return out;
  }

 private:
  std::size_t left() const { return limits_.shown_bytes > used_ ? limits_.shown_bytes - used_ : 0; }
  bool is_allowed(Rung rung) const {
    return diagnosis_.act && std::ranges::any_of(diagnosis_.rungs, [rung](const auto& opinion) {
             return opinion.rung == rung && !opinion.ruled_out && rung != Rung::person;
           });
  }

  const Diagnosis& diagnosis_;
  const InvestigationLimits& limits_;
  Language language_;
  narration::Redactor redactor_;
  ShownText shown_;
  Json data_;
  std::size_t used_ = 0;  // bytes
  std::vector<std::string> asked_;
};

Investigation ended(Investigation investigation, std::string how) {
  investigation.ended = std::move(how);
  return investigation;
}

std::size_t index_of(const std::vector<Look>& looks, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(looks, name, &Look::name) - looks.begin());
}

// What a look shows, or why it does not; nullopt when time is over.
Async<std::optional<std::string>> take_look(Looks looks, WantedLook wanted, Sleeper& sleeper,
                                            Millis left) {
  const std::size_t index = index_of(*looks, wanted.name);
  if (index == looks->size()) co_return "there is no such look";
  auto seen = co_await within(see(looks, index, std::move(wanted.arguments)), sleeper, left);
  if (!seen) co_return std::nullopt;
  if (!*seen) co_return "this cannot be seen: " + seen->error().message;
  co_return std::move(**seen);
}

}  // namespace

Async<Investigation> Investigator::investigate(std::string title, Target target, Findings findings,
                                               Diagnosis diagnosis, std::vector<Look> looks,
                                               Language language) {
  const TimePoint until = clock_.now() + limits_.time;
  const auto shared = std::make_shared<const std::vector<Look>>(std::move(looks));
  Inquiry inquiry(diagnosis, limits_, language);
  inquiry.show_situation(situation_of(title, target, findings, diagnosis));
  Investigation out;
  bool had_its_chance = false;
  std::string hint;
  for (int round = 1; round <= limits_.rounds; ++round) {
    const bool last = round == limits_.rounds || inquiry.is_full();
    const InvestigationTurn turn{.looks_left = last ? 0 : limits_.rounds - round, .hint = hint};
    const Millis left = until - clock_.now();
    if (left <= Millis{0}) co_return ended(std::move(out), "time");
    auto answer = co_await within(model_.complete(inquiry.request(*shared, turn)), sleeper_, left);
    if (!answer) co_return ended(std::move(out), "time");
    if (!*answer)
      co_return ended(std::move(out),
                      "failed: " + clean_text(answer->error().message, kMostFailure));
    const auto parsed = parse_investigation_answer(**answer);
    if (const auto* proposal = std::get_if<Proposal>(&parsed)) {
      out.advice = inquiry.what_holds(*proposal);
      co_return ended(std::move(out), "proposed");
    }
    if (const auto* nonsense = std::get_if<Nonsense>(&parsed)) {
      if (had_its_chance) co_return ended(std::move(out), "nonsense");
      had_its_chance = true;
      hint = nonsense->hint;
      continue;
    }
    if (last) co_return ended(std::move(out), inquiry.is_full() ? "bytes" : "rounds");
    const auto& wanted = std::get<WantedLook>(parsed);
    hint.clear();
    if (inquiry.has_asked(wanted)) continue;
    if (index_of(*shared, wanted.name) < shared->size())
      out.looked.push_back(
          clean_text(wanted.name + " " + dump_json(wanted.arguments), kMostLooked));
    const Millis rest = until - clock_.now();
    if (rest <= Millis{0}) co_return ended(std::move(out), "time");
    const auto seen = co_await take_look(shared, wanted, sleeper_, rest);
    if (!seen) co_return ended(std::move(out), "time");
    inquiry.show_look(wanted, *seen);
  }
  co_return ended(std::move(out), "rounds");
}

}  // namespace mtc::rollback
