// Steps in the forms that sentences about rollbacks need.
#pragma once

#include <string>
#include <string_view>

#include "domain/rollback/operation.h"

namespace mtc::rollback {

// 重启, 隔离有问题的副本; "I restarted it" without "I".
std::string say_did(Rung rung, Language language);
// 重启; "a restart", "rolling it back to the previous version": what helped or did not.
std::string say_try(Rung rung, Language language);
// For lists: 回滚版本; "a version rollback".
std::string say_short(Rung rung, Language language);

// 错误反而多了; "errors went up": what the step's looks show, else just that it was worse.
std::string say_what_got_worse(const Step& step, Language language);
// 原来的四个副本; "the four pods it had": what it was put back to.
std::string say_put_back_to(const Step& step, Language language);

// Something was done to the cluster, or is being done.
bool was_done(const Step& step);
// Taken back because it did not help, not because it made things worse.
bool was_in_vain(const Step& step);

}  // namespace mtc::rollback
