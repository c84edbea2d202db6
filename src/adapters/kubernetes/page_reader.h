// Pages of a listing as the API sends them → the product's compact values.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/clusters/objects.h"

namespace mtc::kubernetes {

// Keeps its buffers from page to page; not for several threads. Items are added to `into`; answers
// what "continue" of the next page is, empty after the last. Errc::unavailable (without a message)
// for a body that is no list: then nothing is added.
class PageReader {
 public:
  PageReader();
  ~PageReader();

  // T: clusters::Pod, Node, Service, Ingress, Event, DisruptionBudget, Usage; std::string (the
  // objects' names).
  template <class T>
  Result<std::string> read(std::string& body, std::vector<T>& into);
  Result<std::string> read_workloads(std::string& body, clusters::WorkloadKind kind,
                                     std::vector<clusters::Workload>& into);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace mtc::kubernetes
