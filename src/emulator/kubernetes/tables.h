// What kubectl get prints: the API answers meta.k8s.io/v1 Tables, with the columns of Kubernetes'
// own printers. Columns of priority 1 are those of -o wide.
#pragma once

#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace mtc::emulator::kubernetes {

enum class IncludeObject { none, metadata, object };  // ?includeObject=, by default metadata

// A Table of these objects, all of that kind ("Pod"; one without a printer gets name and age). Its
// metadata is empty: resourceVersion and continue are the caller's. Ages are as of `now`.
Json make_table(std::string_view kind, std::span<const Json* const> objects, TimePoint now,
                IncludeObject include = IncludeObject::metadata);

}  // namespace mtc::emulator::kubernetes
