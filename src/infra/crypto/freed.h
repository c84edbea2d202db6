// Owners of what a C library makes: std::unique_ptr<X509, Freed<X509_free>>.
#pragma once

namespace mtc {

template <auto free_it>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};

}  // namespace mtc
