#include "domain/rollback/run_words.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/failure.h"

namespace mtc::rollback::words {
namespace {

constexpr std::size_t kReasonCharacters = 200;

std::string either(Language language, std::string zh, std::string en) {
  return language == Language::zh ? close_gaps(zh) : std::move(en);
}

std::string with_health(std::string zh, std::string en, const std::string& health,
                        Language language) {
  if (health.empty()) return either(language, zh + "。", en + ".");
  return either(language, fmt::format("{}：{}。", zh, health), fmt::format("{}: {}.", en, health));
}

}  // namespace

std::string got_well_alone(Language language) {
  return either(language, "还没动它，已经好了。", "It got well before anything was done.");
}

std::string cancelled(Language language) {
  return either(language, "有人叫停，没有做。", "Somebody stopped it, so this was not done.");
}

std::string stayed_well(Language language) {
  return either(language, "好了。", "It is well again.");
}

std::string better_not_well(const std::string& health, Language language) {
  return with_health("好了一些，还没全好", "Better, but not yet well", health, language);
}

std::string nothing_changed(const std::string& health, Language language) {
  return with_health("没有好转", "No better", health, language);
}

std::string made_worse(const std::string& health, Language language) {
  return with_health("更差了", "It got worse", health, language);
}

std::string nobody_knows(Language language) {
  return either(language, "做完以后看不清结果，需要人看一下。",
                "Nobody can tell what came of it; somebody has to look.");
}

std::string put_back(Language language) {
  return either(language, "更差了，已经改回去。", "It got worse and was put back.");
}

std::string put_back_still_worse(Language language) {
  return either(language, "已经改回去，但还没有恢复到原来的样子。",
                "It was put back, but is not as well as it was before.");
}

std::string restart_made_it_worse(Language language) {
  return either(language, "重启以后更差了，重启没法撤销。",
                "The restart made it worse, and a restart cannot be taken back.");
}

std::string not_put_back(const std::string& why, Language language) {
  return either(language, fmt::format("没有改回去：{}", why),
                fmt::format("It was not put back: {}", why));
}

std::string put_back_in_vain(Language language) {
  return either(language, "没有用，已经改回去。", "It did not help and was put back.");
}

std::string at_it_already(const std::string& name, Language language) {
  return either(language, fmt::format("{} 正在处理，等它做完再说一遍。", name),
                fmt::format("{} is being worked on; ask again when that is over.", name));
}

std::string why_failed(const Error& error, Language language) {
  const std::string said = clusters::say_failure(error, language);
  return shorten_characters(sanitize_utf8(said), kReasonCharacters);
}

}  // namespace mtc::rollback::words
