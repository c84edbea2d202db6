#include "adapters/kubernetes/kubeconfig.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/kubernetes/plain_yaml.h"
#include "base/characters.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "infra/http/url.h"

namespace mtc::kubernetes {
namespace {

constexpr std::size_t kMaxBytes = 256U << 10U;

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Errc::invalid_argument, fmt::format("this kubeconfig cannot be used: {}", why));
}

// A field that is refused, and why.
struct Refused {
  std::string_view field;
  std::string_view why;
};

constexpr std::string_view kFile =
    "names a file; put the content itself in (kubectl config view --raw --flatten does that)";
constexpr std::array kRefusedOfCluster{
    Refused{"certificate-authority", kFile},
    Refused{"insecure-skip-tls-verify",
            "switches the verification of the cluster's certificate off; give "
            "certificate-authority-data, and tls-server-name if the certificate has another name"},
    Refused{"proxy-url", "is not supported; set https_proxy for the whole program"},
};
constexpr std::array kRefusedOfUser{
    Refused{"exec", "runs a program, which is not done here; give a certificate or a token"},
    Refused{"auth-provider", "is not supported; give a certificate or a token"},
    Refused{"client-certificate", kFile},
    Refused{"client-key", kFile},
    Refused{"tokenFile", kFile},
    Refused{"username", "is not supported by clusters any more; give a certificate or a token"},
    Refused{"password", "is not supported by clusters any more; give a certificate or a token"},
    Refused{"as", "acts in somebody else's name, which is not done here"},
    Refused{"as-uid", "acts in somebody else's name, which is not done here"},
    Refused{"as-groups", "acts in somebody else's name, which is not done here"},
    Refused{"as-user-extra", "acts in somebody else's name, which is not done here"},
};

// Switched off is as good as not there.
bool is_set(const Json& object, std::string_view field) {
  const auto found = object.find(field);
  return found != object.end() && !found->is_null() && *found != "" && *found != "false";
}

template <std::size_t count>
Result<> check(const Json& object, const std::array<Refused, count>& refused) {
  for (const auto& [field, why] : refused) {
    if (is_set(object, field)) return refuse(fmt::format("{} {}", field, why));
  }
  return {};
}

// The entry of that name in "clusters", "contexts" or "users", and there its `kind`.
Result<Json> find_named(const Json& config, std::string_view list, std::string_view name,
                        std::string_view kind) {
  for (const auto& entry : array_or_empty(config, list)) {
    if (!entry.is_object() || string_or(entry, "name") != name) continue;
    const auto found = entry.find(kind);
    if (found == entry.end() || !found->is_object()) break;
    return *found;
  }
  return refuse(fmt::format("the {} that it points to is not in its list \"{}\"", kind, list));
}

Result<Json> current_context(const Json& config) {
  const auto name = string_or(config, "current-context");
  const Json& contexts = array_or_empty(config, "contexts");
  if (!name.empty()) return find_named(config, "contexts", name, "context");
  if (contexts.size() == 1 && contexts[0].is_object()) {
    return find_named(config, "contexts", string_or(contexts[0], "name"), "context");
  }
  return refuse("current-context is missing: it says which of the contexts is meant");
}

// The PEM text of a field; empty where it is not there.
Result<std::string> read_pem(const Json& object, std::string_view field, std::string_view label) {
  if (!is_set(object, field)) return std::string();
  std::string text = string_or(object, field);
  std::erase_if(text, is_space);  // YAML may have folded it
  const auto pem = from_base64(text);
  if (!pem) return refuse(fmt::format("{} is not Base64", field));
  if (!is_valid_utf8(*pem) || pem->find("-----BEGIN ") == std::string::npos ||
      pem->find(label) == std::string::npos) {
    return refuse(fmt::format("{} holds no \"-----BEGIN … {}\" (PEM) in its Base64", field, label));
  }
  return *pem;
}

Result<> read_server(const Json& cluster, Kubeconfig& out) {
  if (auto ok = check(cluster, kRefusedOfCluster); !ok) return ok;
  out.server = string_or(cluster, "server");
  if (out.server.empty()) return refuse("its cluster has no server");
  if (std::ranges::any_of(out.server, [](unsigned char c) { return c <= ' ' || c >= 0x7f; }) ||
      out.server.find_first_of("?#@\\") != std::string::npos || out.server.size() > 2048) {
    return refuse("server is not a plain address such as https://10.0.0.20:443");
  }
  auto host = host_of_url(out.server);
  if (!host || host->empty()) return refuse("server is not an address that begins with https://");
  out.host = std::move(*host);
  if (!out.server.starts_with("https://") && !is_loopback(out.host)) {
    return refuse("server is not encrypted; its address has to begin with https://");
  }
  while (out.server.ends_with('/')) out.server.pop_back();
  auto ca = read_pem(cluster, "certificate-authority-data", "CERTIFICATE-----");
  if (!ca) return fail(std::move(ca).error());
  out.tls.ca = std::move(*ca);
  out.tls.server_name = string_or(cluster, "tls-server-name");
  const auto is_part = [](char c) { return is_alnum(c) || c == '.' || c == '-'; };
  if (!std::ranges::all_of(out.tls.server_name, is_part)) {
    return refuse("tls-server-name is not a host name");
  }
  return {};
}

Result<> read_user(const Json& user, Kubeconfig& out) {
  if (auto ok = check(user, kRefusedOfUser); !ok) return ok;
  out.token = string_or(user, "token");
  if (std::ranges::any_of(out.token, [](unsigned char c) { return c <= ' ' || c >= 0x7f; })) {
    return refuse("token holds characters that no token has");
  }
  auto certificate = read_pem(user, "client-certificate-data", "CERTIFICATE-----");
  if (!certificate) return fail(std::move(certificate).error());
  auto key = read_pem(user, "client-key-data", "PRIVATE KEY-----");
  if (!key) return fail(std::move(key).error());
  if (key->find("ENCRYPTED") != std::string::npos) {
    return refuse("client-key-data asks for a passphrase, which nobody is there to type");
  }
  if (certificate->empty() != key->empty()) {
    return refuse("client-certificate-data and client-key-data go together; one is missing");
  }
  if (certificate->empty() && out.token.empty()) {
    return refuse("its user has neither a certificate with its key nor a token");
  }
  out.tls.certificate = std::move(*certificate);
  out.tls.key = std::move(*key);
  return {};
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view yaml) {
  const auto config = parse_plain_yaml(yaml, kMaxBytes);
  if (!config) return refuse(config.error().message);
  if (!config->is_object()) return refuse("it is empty or no YAML map");
  const auto context = current_context(*config);
  if (!context) return fail(context.error());
  const auto cluster = find_named(*config, "clusters", string_or(*context, "cluster"), "cluster");
  if (!cluster) return fail(cluster.error());
  const auto user = find_named(*config, "users", string_or(*context, "user"), "user");
  if (!user) return fail(user.error());
  Kubeconfig out;
  if (auto ok = read_server(*cluster, out); !ok) return fail(std::move(ok).error());
  if (auto ok = read_user(*user, out); !ok) return fail(std::move(ok).error());
  return out;
}

}  // namespace mtc::kubernetes
