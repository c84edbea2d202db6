// The settings as text for people, printed from the table that reads them: a commented file to
// start from, and the tables of docs/CONFIGURATION.md.
#pragma once

#include <string>

#include "app/settings.h"

namespace mtc::app {

// A settings file with every key, its meaning and its default, all commented out.
std::string settings_template();

// The same as Markdown, a table per section.
std::string settings_markdown();

}  // namespace mtc::app
