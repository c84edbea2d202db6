// What a person hears about permission and confirmation: which permission or step is missing, and
// how to get it.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"
#include "domain/approval/plan.h"
#include "domain/identity/user.h"

namespace mtc::approval {

std::string say_disabled(Language language);
std::string say_missing_scope(identity::Scope needed, Language language);
std::string say_protected(std::string_view ns, Language language);
std::string say_missing_assurance(identity::Assurance needed, Language language);
std::string say_too_many_changes(int limit, Language language);   // of a person, within an hour
std::string say_changed_too_often(int limit, Language language);  // of a target, in ten minutes
std::string say_too_many_waiting(int limit, Language language);
std::string say_not_recorded(Language language);

// "准备把 payment 缩到一个副本。确认请说：确认七三一五。"
std::string say_plan(std::string_view summary, std::string_view code, Language language);
// The same for a form: "准备把 payment 缩到一个副本。要执行吗？"
std::string say_question(std::string_view summary, Language language);
std::string say_no_code(Language language);  // what was heard is no code
std::string say_nothing_waits(Language language);
std::string say_wrong_code(Language language);
std::string say_dropped_after(int wrong_codes, Language language);
std::string say_too_many_codes(Language language);
std::string say_over(PlanState state, Language language);  // the code of a plan that is over
std::string say_replaced(Language language);
std::string say_declined(Language language);
std::string say_nobody_knows(Language language);  // the program ended in the middle of the change
std::string say_target_changed(Language language);
std::string say_cancelled(Language language);        // what waited was dropped
std::string say_done_unrecorded(Language language);  // after what came of it
std::string say_cannot_go_on(Language language);     // nobody here knows how to do what was planned

}  // namespace mtc::approval
