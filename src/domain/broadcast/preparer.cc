#include "domain/broadcast/preparer.h"

#include <fmt/format.h>

#include "domain/broadcast/phrases.h"
#include "domain/digest/speech.h"

namespace mtc::broadcast {
namespace {

constexpr std::size_t kShortCharacters = 90;  // of the logs, beside what else is to be told
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
  auto words =
      co_await put_into_words(user, period, std::move(*digest), heard_at(user, day), effort);
  made.speech = std::move(words.text);
  made.from_model = words.from_model;
  if (effort == Effort::full) {
    made.audio_path = co_await speak_to_file(user, day, hello_in_window(user) + made.speech);
  }
  // Somebody who could not wait may have been quicker, and what was spoken stays what it was.
  known = co_await ports_.store.prepared(user.id, day);
  if (known && *known) co_return std::move(**known);
  if (auto saved = co_await ports_.store.save_prepared(made); !saved)
    co_return fail(std::move(saved).error());
  co_return made;
}

bool Preparer::tells_alerts(const identity::User& user) const {
  return ports_.nights != nullptr && user.broadcast_content != identity::BroadcastContent::logs;
}

Async<std::string> Preparer::retell(identity::User user, Day day, digest::Digest digest) {
  logs::TimeRange period = period_of(day, user, schedule_);
  auto words = co_await put_into_words(std::move(user), period, std::move(digest),
                                       ports_.clock.now(), Effort::quick);
  co_return std::move(words.text);
}

// What cannot be asked for is left out: the logs are told in any case. A dashboard takes as long as
// its queries: not while somebody waits.
Async<NightReport> Preparer::look_at_night(identity::User user, logs::TimeRange period,
                                           Effort effort) {
  NightReport report;
  if (tells_alerts(user)) {
    auto night = co_await ports_.nights->collect(user, period);
    report.night = night ? std::move(*night) : Night{.known = false};
  }
  if (ports_.nights != nullptr && effort == Effort::full && !user.watched_dashboard.empty()) {
    auto shown = co_await ports_.nights->watch(user, period);
    if (shown) report.dashboard = std::move(*shown);
  }
  co_return report;
}

// The model retells the logs only; what was done and what is to do is said as it was recorded.
Async<Preparer::Words> Preparer::put_into_words(identity::User user, logs::TimeRange period,
                                                digest::Digest digest, TimePoint heard,
                                                Effort effort) {
  const Language language = user.language;
  NightReport report = co_await look_at_night(user, period, effort);
  const bool short_logs = tells_alerts(user) && has_news(report.night, heard);
  const std::size_t room = short_logs ? kShortCharacters : kMaxCharacters;
  Words words;
  words.text =
      digest::render_speech(digest, {.language = language, .max_characters = room, .now = heard});
  if (short_logs) words.text = first_sentence(words.text, language);
  const bool logs_told =
      !tells_alerts(user) || user.broadcast_content != identity::BroadcastContent::alerts;
  if (effort == Effort::full && logs_told) {
    auto narration = co_await ports_.narrator.narrate(digest, words.text, language, room);
    words.text = std::move(narration.text);
    words.from_model = narration.from_model;
  }
  if (ports_.nights == nullptr) co_return words;
  report.logs = report.logs_short = std::move(words.text);
  words.text = say_night(report, {.language = language,
                                  .content = user.broadcast_content,
                                  .max_characters = kMaxCharacters,
                                  .now = heard,
                                  .zone = zone_of(user)});
  co_return words;
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
