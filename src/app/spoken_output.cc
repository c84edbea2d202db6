#include "app/spoken_output.h"

#include <array>

#include "infra/process/process.h"

namespace mtc::app {

Async<Result<void>> play(std::string wav_file) {
  const std::array<std::vector<std::string>, 3> players{
      {{"aplay", "-q", wav_file},
       {"paplay", wav_file},
       {"ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet", wav_file}}};
  for (const auto& player : players) {
    auto played = co_await run_process({.arguments = player, .timeout = std::chrono::minutes(5)});
    if (played && played->succeeded()) co_return Result<void>{};
    if (played)
      co_return fail(Errc::unavailable,
                     player[0] + " could not play it; the sound is in " + wav_file);
    if (played.error().code != Errc::not_found) co_return fail(std::move(played).error());
  }
  co_return fail(Errc::not_found,
                 "there is no player; install alsa-utils. The sound is in " + wav_file);
}

}  // namespace mtc::app
