// Kubeconfigs come from users and clouds: whatever the bytes, the answer is a way to a cluster that
// is safe to take, or a sentence that quotes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/kubernetes/kubeconfig.h"
#include "infra/http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = mtc::kubernetes::parse_kubeconfig(text);
  if (!config) {
    const auto& message = config.error().message;
    if (!message.starts_with("this kubeconfig cannot be used: ") || message.size() > 400)
      std::abort();
    return 0;
  }
  const bool safe = config->server.starts_with("https://") || mtc::is_loopback(config->host);
  const bool somebody = !config->token.empty() || !config->tls.key.empty();
  if (!safe || !somebody || config->server.ends_with('/')) std::abort();
  if (config->tls.key.empty() != config->tls.certificate.empty()) std::abort();
  return 0;
}
