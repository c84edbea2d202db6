// How a rollback is told: short, bad news first.
#pragma once

#include <string>

#include "base/zone.h"
#include "domain/rollback/operation.h"

namespace mtc::rollback {

// "我先重启，没有好转，又回滚到上一个版本，两点十四分恢复。" While it runs: what it does now.
std::string say_operation(const Operation& operation, TimePoint now, const Zone& zone,
                          Language language);
// "扩容以后错误反而多了，我已经改回原来的四个副本。这件事需要你看一下。": for the person who has to
// go on.
std::string say_handed_over(const Operation& operation, TimePoint now, const Zone& zone,
                            Language language);
// A row of a history: "昨晚两点，payment，回滚版本后恢复".
std::string say_in_history(const Operation& operation, TimePoint now, const Zone& zone,
                           Language language);
Json to_json(const Operation& operation);  // for readers: without arguments

}  // namespace mtc::rollback
