#include "media.h"

#include "base/encoding.h"

namespace mtc::conformance {

std::string tiny_png() {
  return from_base64(
             "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAA"
             "AElFTkSuQmCC")
      .value();
}

std::string tiny_wav() {
  return from_base64("UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==")
      .value();
}

}  // namespace mtc::conformance
