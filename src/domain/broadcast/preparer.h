// Makes a morning's broadcast before anybody asks: collects the digest, puts it into words, speaks
// it to a file.
#pragma once

#include "base/random.h"
#include "domain/broadcast/night_report.h"
#include "domain/broadcast/ports.h"
#include "domain/broadcast/schedule.h"
#include "domain/narration/narrator.h"
#include "domain/narration/speech_synthesizer.h"

namespace mtc::broadcast {

inline constexpr std::size_t kMaxCharacters = 300;  // of a broadcast, as digest/speech.h counts

enum class Effort {
  full,   // with the language model and the audio file: takes as long as these take
  quick,  // somebody is waiting: the deterministic text, no audio
};

// One executor; the ports outlive it.
class Preparer {
 public:
  struct Ports {
    BroadcastStore& store;
    DigestSource& source;
    narration::Narrator& narrator;
    narration::SpeechSynthesizer* voice;  // null: no audio
    AudioStore* audio;                    // null: no audio
    const Clock& clock;
    Random& random;
    NightSource* nights = nullptr;  // null: the morning tells the logs only
  };
  Preparer(Ports ports, Schedule schedule) : ports_(ports), schedule_(schedule) {}

  const Schedule& schedule() const { return schedule_; }

  // The day's broadcast, from the store if it is there already. A failing model or voice only makes
  // it plainer; the error is the digest's: without logs there is nothing to tell.
  Async<Result<PreparedBroadcast>> prepare(identity::User user, Day day, Effort effort);

  // Whether its broadcasts tell that user of alerts.
  bool tells_alerts(const identity::User& user) const;

  // The digest in words again, quickly, with what is known of that night by now: for another day.
  Async<std::string> retell(identity::User user, Day day, digest::Digest digest);

  // Prepares for each of these users for whom it is due now, one after the other; for each user
  // only one process does it. Failures are returned by user name and tried again at the next call.
  struct Failure {
    std::string username;
    Error error;
  };
  Async<std::vector<Failure>> prepare_due(std::vector<identity::User> users,
                                          std::string process_id);

 private:
  struct Words {
    std::string text;
    bool from_model = false;
  };
  Async<Words> put_into_words(identity::User user, logs::TimeRange period, digest::Digest digest,
                              TimePoint heard, Effort effort);
  Async<NightReport> look_at_night(identity::User user, logs::TimeRange period, Effort effort);
  Async<std::string> speak_to_file(identity::User user, Day day, std::string speech);

  Ports ports_;
  Schedule schedule_;
};

}  // namespace mtc::broadcast
