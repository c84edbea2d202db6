// The smallest files that are what they claim to be.
#pragma once

#include <string>

namespace mtc::conformance {

std::string tiny_png();  // one red pixel
std::string tiny_wav();  // a millisecond of silence

}  // namespace mtc::conformance
