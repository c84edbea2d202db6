#include "domain/clusters/breaker.h"

namespace mtc::clusters {

bool Breaker::allows(TimePoint now) {
  if (!opened_) return true;
  if (probing_ || now < *opened_ + options_.pause) return false;
  probing_ = true;
  return true;
}

void Breaker::succeeded() {
  failures_ = 0;
  opened_.reset();
  probing_ = false;
}

void Breaker::failed(TimePoint now) {
  ++failures_;
  if (probing_ || failures_ >= options_.failures) opened_ = now;
  probing_ = false;
}

bool is_trouble(Errc code) {
  switch (code) {
    case Errc::rate_limited:
    case Errc::resource_exhausted:
    case Errc::unavailable:
    case Errc::timed_out:
    case Errc::cancelled:
    case Errc::internal:
      return true;
    case Errc::invalid_argument:
    case Errc::unauthenticated:
    case Errc::denied:
    case Errc::not_found:
    case Errc::conflict:
      return false;
  }
  return true;
}

}  // namespace mtc::clusters
