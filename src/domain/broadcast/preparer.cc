#include "domain/broadcast/preparer.h"

#include <fmt/format.h>

#include "domain/broadcast/phrases.h"
#include "domain/digest/speech.h"

namespace mtc::broadcast {
namespace {

constexpr auto kLeaseTime = std::chrono::minutes(5);

// The words for days ("last night") have to be right when it is spoken, not when it is made.
TimePoint heard_at(const identity::User& user, Day day) {
  return zone_of(user).at(day, user.window_start);
}

}  // namespace

Async<Result<PreparedBroadcast>> Preparer::prepare(identity::User user, Day day, Effort effort) {
  auto known = co_await ports_.store.prepared(user.id, day);
  if (!known) co_return fail(std::move(known).error());
  if (*known) co_return std::move(**known);

  logs::TimeRange period = period_of(day, user, schedule_);
  period.to = std::min(period.to, ports_.clock.now());  // a window may open before prepare_at
  auto digest = co_await ports_.source.collect(user, period);
  if (!digest) co_return fail(std::move(digest).error());
  if (auto saved = co_await ports_.store.save_digest(*digest); !saved)
    co_return fail(std::move(saved).error());

  PreparedBroadcast made{
      .user_id = user.id, .day = day, .digest_id = digest->id, .prepared = ports_.clock.now()};
  made.speech = digest::render_speech(
      *digest,
      {.language = user.language, .max_characters = kMaxCharacters, .now = heard_at(user, day)});
  if (effort == Effort::full) {
    auto narration =
        co_await ports_.narrator.narrate(*digest, made.speech, user.language, kMaxCharacters);
    made.speech = std::move(narration.text);
    made.from_model = narration.from_model;
    made.audio_path = co_await speak_to_file(user, day, hello_in_window(user) + made.speech);
  }
  // Somebody who could not wait may have been quicker, and what was spoken stays what it was.
  known = co_await ports_.store.prepared(user.id, day);
  if (known && *known) co_return std::move(**known);
  if (auto saved = co_await ports_.store.save_prepared(made); !saved)
    co_return fail(std::move(saved).error());
  co_return made;
}

Async<std::string> Preparer::speak_to_file(identity::User user, Day day, std::string speech) {
  if (ports_.voice == nullptr || ports_.audio == nullptr) co_return "";
  auto wav = co_await ports_.voice->synthesize(std::move(speech), user.language);
  if (!wav) co_return "";
  // The name is not guessable from outside, but tells the operator what it is.
  auto path = co_await ports_.audio->save(
      fmt::format("broadcast-{}-{}-{}.wav", format_day(day), user.id, random_hex(ports_.random, 8)),
      std::move(*wav));
  co_return path ? std::move(*path) : "";
}

Async<std::vector<Preparer::Failure>> Preparer::prepare_due(std::vector<identity::User> users,
                                                            std::string process_id) {
  std::vector<Failure> failures;
  for (auto& user : users) {
    if (user.disabled) continue;
    const TimePoint now = ports_.clock.now();
    const auto day = day_to_prepare(user, schedule_, now);
    if (!day) continue;
    auto known = co_await ports_.store.prepared(user.id, *day);
    if (known && *known) continue;
    auto lease = co_await ports_.store.take_lease(
        fmt::format("prepare/{}/{}", user.id, format_day(*day)), process_id, now, now + kLeaseTime);
    if (lease && !*lease) continue;  // another process is at it
    if (!lease) {
      failures.push_back({user.username, std::move(lease).error()});
      continue;
    }
    if (auto made = co_await prepare(user, *day, Effort::full); !made) {
      failures.push_back({user.username, std::move(made).error()});
    }
  }
  co_return failures;
}

}  // namespace mtc::broadcast
