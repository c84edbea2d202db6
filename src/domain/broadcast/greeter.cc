#include "domain/broadcast/greeter.h"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

#include "domain/broadcast/phrases.h"
#include "domain/digest/speech_details.h"

namespace mtc::broadcast {
namespace {

constexpr int kQueueItemsAtOnce = 2;
constexpr std::size_t kDetailCharacters = 600;
constexpr std::string_view kNotice = "notice";  // the kind that no broadcast tells

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
  if (auto told = co_await add_queue(greeting, user, std::nullopt); !told)
    co_return fail(std::move(told).error());
  if (greeting.told.empty()) {
    append_sentence(greeting.speech, nothing_new(user.language), user.language);
    if (day) append_sentence(greeting.speech, can_repeat(user.language), user.language);
  }
  co_return greeting;
}

Async<Result<Greeting>> Greeter::tell_morning(identity::User user, Day day) {
  Result<PreparedBroadcast> prepared;
  std::exception_ptr broken;
  try {
    prepared = co_await preparer_.prepare(user, day, Effort::quick);
  } catch (...) {
    broken = std::current_exception();  // also when whoever asked hung up meanwhile
  }
  if (broken || !prepared) {
    // Whoever is cancelled still gives the day back.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    // The day before stands for "not claimed today"; which day it really was does not matter to the
    // rule.
    const Day before(std::chrono::sys_days(day) - std::chrono::days(1));
    auto released = co_await store_.release_day(user.id, day, before);
    if (broken) std::rethrow_exception(broken);
    if (!released) co_return fail(std::move(released).error());
    Greeting sorry{.speech = hello(user, clock_.now())};
    append_sentence(sorry.speech, logs_out_of_reach(user.language, prepared.error()),
                    user.language);
    co_return sorry;
  }
  Greeting greeting = from_prepared(*prepared);
  greeting.speech = hello(user, clock_.now());
  append_sentence(greeting.speech, prepared->speech, user.language);
  // The day is claimed: a queue that cannot be read must not keep the broadcast from being heard.
  const bool told = preparer_.tells_alerts(user);
  (void)co_await add_queue(greeting, user, told ? std::optional(prepared->prepared) : std::nullopt);
  co_return greeting;
}

Async<Result<void>> Greeter::add_queue(Greeting& greeting, identity::User user,
                                       std::optional<TimePoint> told_until) {
  while (std::cmp_less(greeting.told.size(), kQueueItemsAtOnce)) {
    const int room = kQueueItemsAtOnce - static_cast<int>(greeting.told.size());
    auto items = co_await store_.take_queue(user.id, clock_.now(), room);
    if (!items) co_return fail(std::move(items).error());
    if (items->empty()) break;
    bool skipped = false;
    for (auto& item : *items) {
      const bool known = told_until && item.kind != kNotice && item.created <= *told_until;
      skipped = skipped || known;
      if (known) continue;
      append_sentence(greeting.speech, item.text, user.language);
      greeting.told.push_back(std::move(item));
    }
    if (!skipped) break;
  }
  // What was taken counts as told from here on, so nothing below may fail.
  greeting.waiting = (co_await store_.queue_length(user.id)).value_or(0);
  if (greeting.waiting > 0)
    append_sentence(greeting.speech, more_waiting(user.language, greeting.waiting), user.language);
  co_return Result<void>{};
}

Async<Result<Greeting>> Greeter::repeat(identity::Principal principal, std::optional<Day> day,
                                        Part part) {
  const identity::User& user = principal.user;
  Result<std::optional<PreparedBroadcast>> found;
  if (day) {
    found = co_await store_.prepared(user.id, *day);
  } else {
    found = co_await store_.newest_prepared(user.id);
  }
  if (!found) co_return fail(std::move(found).error());
  // The digest of a past day can be made at any time; one whose night is not over cannot.
  const Day latest = latest_closed_day(user, preparer_.schedule(), clock_.now());
  if (!*found || (!day && (*found)->day < latest)) {
    const Day wanted = day.value_or(latest);
    if (wanted > latest) {
      co_return Greeting{.speech = nothing_to_repeat(user.language),
                         .kind = Greeting::Kind::nothing};
    }
    auto made = co_await preparer_.prepare(user, wanted, Effort::quick);
    if (made) {
      *found = std::move(*made);
    } else if (!*found) {
      co_return Greeting{.speech = logs_out_of_reach(user.language, made.error()),
                         .kind = Greeting::Kind::nothing};
    }
  }
  co_return co_await retell(std::move(**found), user, part);
}

Async<Result<Greeting>> Greeter::retell(PreparedBroadcast prepared, identity::User user,
                                        Part part) {
  Greeting greeting = from_prepared(prepared);
  // What was written for another morning says "last night" of a night long past.
  const bool fresh = prepared.day == zone_of(user).day_of(clock_.now());
  if (part == Part::summary && fresh) co_return greeting;
  auto digest = co_await store_.find_digest(prepared.digest_id);
  if (!digest) co_return fail(std::move(digest).error());
  if (!*digest) co_return greeting;
  if (part == Part::summary) {
    greeting.speech = co_await preparer_.retell(user, prepared.day, std::move(**digest));
  } else {
    greeting.speech = digest::render_speech_details(
        **digest,
        {.language = user.language, .max_characters = kDetailCharacters, .now = clock_.now()});
  }
  greeting.audio_path.clear();
  greeting.from_model = false;
  co_return greeting;
}

}  // namespace mtc::broadcast
