#include "domain/clusters/checkpoint_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"

namespace mtc::clusters {
namespace {

constexpr std::int64_t kMostListed = 200;

}  // namespace

bool was_done(const Checkpoint& checkpoint) {
  return std::ranges::any_of(checkpoint.objects,
                             [](const CheckpointObject& one) { return !one.after.empty(); });
}

std::string say_checkpoint(const Checkpoint& checkpoint, TimePoint now, Language language) {
  const bool zh = language == Language::zh;
  const Millis age = now - checkpoint.created;
  const std::string ago = age < std::chrono::minutes(1) ? zh ? "刚才" : "just now"
                          : zh                          ? say_duration(age, language) + "前"
                                                        : say_duration(age, language) + " ago";
  const std::string number = say_number(checkpoint.number, language);
  std::string out = zh ? fmt::format("{}号，{}：{}", number, ago, checkpoint.summary)
                       : fmt::format("Number {}, {}: {}", number, ago, checkpoint.summary);
  if (checkpoint.restored) {
    out += zh ? "，已经撤销" : ", undone";
  } else if (!was_done(checkpoint)) {
    out += zh ? "，没看到做成" : ", not seen to be carried out";
  }
  return out + (zh ? "。" : ".");
}

Async<Result<Checkpoint>> find_checkpoint(ChangePorts ports, identity::User user,
                                          std::optional<std::int64_t> number) {
  const Language language = user.language;
  auto all = co_await ports.checkpoints.list(user.id, kMostListed);
  if (!all) co_return fail(std::move(all).error());
  const auto it = std::ranges::find_if(*all, [&number](const Checkpoint& one) {
    if (number) return one.number == *number;
    // Said without a number: what was done last; not the undo itself, nor what cannot be undone.
    return !one.restored && was_done(one) && !one.action.starts_with("undo_change") &&
           !one.action.starts_with("restart_workload");
  });
  if (it == all->end()) {
    if (!number) {
      co_return refuse(Errc::not_found, language, "没有可以撤销的改动。",
                       "There is no change to undo.");
    }
    co_return refuse(
        Errc::not_found, language,
        fmt::format("没有{}号改动。想知道有哪些，问我最近改了什么。",
                    say_number(*number, language)),
        fmt::format("There is no change number {}. Ask me what was changed lately.", *number));
  }
  auto whole = co_await ports.checkpoints.find(it->id);
  if (!whole) co_return fail(std::move(whole).error());
  if (!*whole) co_return fail(Errc::not_found, "the checkpoint is gone");
  co_return std::move(**whole);
}

}  // namespace mtc::clusters
