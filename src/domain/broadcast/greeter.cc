#include "domain/broadcast/greeter.h"

#include "domain/broadcast/phrases.h"
#include "domain/digest/speech_details.h"

namespace mtc::broadcast {
namespace {

constexpr int kQueueItemsAtOnce = 2;
constexpr std::size_t kDetailCharacters = 600;

// Chinese sentences follow each other without a blank.
void append_sentence(std::string& speech, std::string_view sentence, Language language) {
  if (!speech.empty() && language == Language::en) speech += ' ';
  speech += sentence;
}

Greeting from_prepared(const PreparedBroadcast& prepared) {
  return {.speech = prepared.speech,
          .kind = Greeting::Kind::broadcast,
          .digest_id = prepared.digest_id,
          .audio_path = prepared.audio_path,
          .from_model = prepared.from_model};
}

}  // namespace

Async<Result<Greeting>> Greeter::greet(identity::Principal principal) {
  const identity::User& user = principal.user;
  const auto day = day_due(user, clock_.now());
  if (day) {
    auto claimed = co_await store_.claim_day(user.id, *day);
    if (!claimed) co_return fail(std::move(claimed).error());
    if (*claimed) co_return co_await tell_morning(user, *day);
  }

  Greeting greeting;
  greeting.speech = day ? still_here(user) : hello(user, clock_.now());
  if (auto told = co_await add_queue(greeting, user); !told)
    co_return fail(std::move(told).error());
  if (greeting.told.empty()) {
    append_sentence(greeting.speech, nothing_new(user.language), user.language);
    if (day) append_sentence(greeting.speech, can_repeat(user.language), user.language);
  }
  co_return greeting;
}

Async<Result<Greeting>> Greeter::tell_morning(identity::User user, Day day) {
  auto prepared = co_await preparer_.prepare(user, day, Effort::quick);
  if (!prepared) {
    // The day before stands for "not claimed today"; which day it really was does not matter to the
    // rule.
    const Day before(std::chrono::sys_days(day) - std::chrono::days(1));
    if (auto released = co_await store_.release_day(user.id, day, before); !released) {
      co_return fail(std::move(released).error());
    }
    Greeting sorry{.speech = hello(user, clock_.now())};
    append_sentence(sorry.speech, logs_out_of_reach(user.language, prepared.error()),
                    user.language);
    co_return sorry;
  }
  Greeting greeting = from_prepared(*prepared);
  greeting.speech = hello(user, clock_.now());
  append_sentence(greeting.speech, prepared->speech, user.language);
  if (auto told = co_await add_queue(greeting, user); !told)
    co_return fail(std::move(told).error());
  co_return greeting;
}

Async<Result<void>> Greeter::add_queue(Greeting& greeting, identity::User user) {
  auto items = co_await store_.take_queue(user.id, clock_.now(), kQueueItemsAtOnce);
  if (!items) co_return fail(std::move(items).error());
  for (const auto& item : *items) append_sentence(greeting.speech, item.text, user.language);
  greeting.told = std::move(*items);
  auto waiting = co_await store_.queue_length(user.id);
  if (!waiting) co_return fail(std::move(waiting).error());
  greeting.waiting = *waiting;
  if (greeting.waiting > 0)
    append_sentence(greeting.speech, more_waiting(user.language, greeting.waiting), user.language);
  co_return Result<void>{};
}

Async<Result<Greeting>> Greeter::repeat(identity::Principal principal, std::optional<Day> day,
                                        Part part) {
  const identity::User& user = principal.user;
  Result<std::optional<PreparedBroadcast>> found = std::optional<PreparedBroadcast>{};
  if (day) {
    found = co_await store_.prepared(user.id, *day);
  } else {
    found = co_await store_.newest_prepared(user.id);
  }
  if (!found) co_return fail(std::move(found).error());
  if (!*found) {
    // The digest of a past day can be made at any time; one whose night is not over cannot.
    const Day latest = latest_closed_day(user, preparer_.schedule(), clock_.now());
    const Day wanted = day.value_or(latest);
    if (std::chrono::sys_days(wanted) > std::chrono::sys_days(latest)) {
      co_return Greeting{.speech = nothing_to_repeat(user.language),
                         .kind = Greeting::Kind::nothing};
    }
    auto made = co_await preparer_.prepare(user, wanted, Effort::quick);
    if (!made) {
      co_return Greeting{.speech = logs_out_of_reach(user.language, made.error()),
                         .kind = Greeting::Kind::nothing};
    }
    *found = std::move(*made);
  }
  Greeting greeting = from_prepared(**found);
  if (part == Part::details) {
    auto digest = co_await store_.find_digest(greeting.digest_id);
    if (!digest) co_return fail(std::move(digest).error());
    if (*digest) {
      greeting.speech = digest::render_speech_details(
          **digest,
          {.language = user.language, .max_characters = kDetailCharacters, .now = clock_.now()});
      greeting.audio_path.clear();
    }
  }
  co_return greeting;
}

}  // namespace mtc::broadcast
