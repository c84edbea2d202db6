// See base/end_quietly.h.
#pragma once

#include "base/end_quietly.h"  // IWYU pragma: export
