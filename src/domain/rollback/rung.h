// The six rungs of the ladder.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

namespace mtc::rollback {

enum class Rung {
  restart = 1,       // the pods, or of a configuration that is read at the start
  scale_out,         // more replicas
  previous_version,  // of the workload: its template and what it reads, as they last worked
  isolate,           // what is sick no longer gets traffic
  whole_release,     // all workloads, ConfigMaps and Secrets of the release, as they last worked
  person,
};
inline constexpr std::array kRungs{Rung::restart, Rung::scale_out,     Rung::previous_version,
                                   Rung::isolate, Rung::whole_release, Rung::person};
constexpr int number_of(Rung rung) {
  return static_cast<int>(rung);
}
std::optional<Rung> rung_of(int number);
std::string_view name_of(Rung rung);  // "restart", "scale_out" …
std::optional<Rung> parse_rung(std::string_view name);
std::string say_rung(Rung rung, Language language);  // 重启, 扩容, 回滚到上一个版本 …

}  // namespace mtc::rollback
