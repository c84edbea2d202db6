// Which host answers for a product in a region.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc::tencent {

struct EndpointOptions {
  // "tencentcloudapi.com", "internal.tencentcloudapi.com" from inside a VPC,
  // "intl.tencentcloudapi.com" for accounts of the international site.
  std::string base_host = "tencentcloudapi.com";
  bool regional =
      false;  // cls.ap-guangzhou.tencentcloudapi.com; financial regions are always reached that way
  // "http://127.0.0.1:18080": every product is there (emulator, tests, gateways). Other machines
  // only over https://.
  std::string override_url;
};

struct Endpoint {
  std::string url;   // ends with "/"
  std::string host;  // as the Host header says it: it is signed
};

// Errc::invalid_argument for a service or region that cannot be part of a host name, or an unusable
// override.
Result<Endpoint> resolve(const EndpointOptions& options, std::string_view service,
                         std::string_view region);

}  // namespace mtc::tencent
