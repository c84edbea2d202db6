// How one gets at a cluster's own Kubernetes API: endpoints and kubeconfigs.
#include <fmt/format.h>

#include "base/encoding.h"
#include "emulator/action_table.h"
#include "emulator/tke_answers.h"

namespace mtc::emulator {
namespace {

// Not a certificate of anybody: where nothing serves the cluster, nothing can be proved to it.
constexpr std::string_view kPem =
    "-----BEGIN CERTIFICATE-----\n"
    "bm90IGEgY2VydGlmaWNhdGU6IHRoaXMgY2x1c3RlciBoYXMgbm8gS3ViZXJuZXRlcyBBUEk=\n"
    "-----END CERTIFICATE-----\n";

std::string domain_of(const Record& cluster) {
  return cluster.id + ".ccs.tencent-cloud.com";
}

std::string address_of(const Record& cluster, bool extranet) {
  return extranet ? fmt::format("203.0.113.{}", 1 + network_of(cluster))
                  : fmt::format("10.{}.255.20", network_of(cluster));
}

std::string_view since_member(bool extranet) {
  return extranet ? "ExtranetAt" : "IntranetAt";
}

bool is_open(const Record& cluster, bool extranet, TimePoint now) {
  const auto member = since_member(extranet);
  return cluster.document.contains(member) && cluster.time(member) <= now;
}

// The documented shape. Without an open endpoint the server is a domain that leads nowhere.
std::string plain_kubeconfig(const Record& cluster, std::uint64_t account, bool extranet,
                             TimePoint now) {
  const auto server =
      is_open(cluster, extranet, now) ? address_of(cluster, extranet) : domain_of(cluster);
  const auto pem = to_base64(kPem);
  return fmt::format(
      "apiVersion: v1\n"
      "kind: Config\n"
      "clusters:\n"
      "- name: {0}\n"
      "  cluster:\n"
      "    certificate-authority-data: {2}\n"
      "    server: https://{3}\n"
      "contexts:\n"
      "- name: {0}-{1}-context-default\n"
      "  context:\n"
      "    cluster: {0}\n"
      "    user: \"{1}\"\n"
      "current-context: {0}-{1}-context-default\n"
      "users:\n"
      "- name: \"{1}\"\n"
      "  user:\n"
      "    client-certificate-data: {2}\n"
      "    client-key-data: {2}\n",
      cluster.id, account, pem, server);
}

std::string kubeconfig_of(const Call& call, const Record& cluster, bool extranet) {
  if (const auto* source = call.cloud.kubeconfig(cluster.id))
    return (*source)(cluster.id, call.account.uin, extranet);
  return plain_kubeconfig(cluster, call.account.uin, extranet, call.now());
}

ApiResult<Record*> asked_cluster(Call& call) {
  return find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
}

ApiResult<std::string> describe_endpoints(Call& call) {
  const auto found = asked_cluster(call);
  if (!found) return std::unexpected(found.error());
  const auto& cluster = **found;
  const auto endpoint = [&](bool extranet) {
    return is_open(cluster, extranet, call.now()) ? address_of(cluster, extranet) : std::string();
  };
  return members_of(
      {{"CertificationAuthority", kPem},
       {"ClusterExternalEndpoint", endpoint(true)},
       {"ClusterIntranetEndpoint", endpoint(false)},
       {"ClusterDomain", domain_of(cluster)},
       {"ClusterExternalACL", call.no_list()},
       {"ClusterExternalDomain", ""},
       {"ClusterIntranetDomain", ""},
       {"SecurityGroup", endpoint(true).empty() ? "" : short_id("sg-", cluster.id)},
       {"ClusterIntranetSubnetId", endpoint(false).empty() ? "" : short_id("subnet-", cluster.id)},
       {"IntranetSecurityGroup", ""}});
}

ApiResult<std::string> describe_endpoint_status(Call& call) {
  const auto cluster = asked_cluster(call);
  if (!cluster) return std::unexpected(cluster.error());
  const bool extranet = bool_or(call.body, "IsExtranet");
  const auto* status = is_open(**cluster, extranet, call.now())                ? "Created"
                       : (*cluster)->document.contains(since_member(extranet)) ? "Creating"
                                                                               : "NotFound";
  return members_of({{"Status", status}, {"ErrorMsg", ""}});
}

ApiResult<std::string> create_endpoint(Call& call) {
  const auto cluster = asked_cluster(call);
  if (!cluster) return std::unexpected(cluster.error());
  const bool extranet = bool_or(call.body, "IsExtranet");
  if (!extranet && string_or(call.body, "SubnetId").empty())
    return refuse(kTkeParam, "SubnetId is needed for an intranet endpoint");
  auto& document = (*cluster)->document;
  if (document.contains(since_member(extranet)))
    return refuse("UnsupportedOperation.AlreadyEnabled", "the endpoint is there already");
  document[std::string(since_member(extranet))] = millis(call.now() + kEndpointCreation);
  call.records().save(**cluster);
  return std::string();
}

ApiResult<std::string> delete_endpoint(Call& call) {
  const auto cluster = asked_cluster(call);
  if (!cluster) return std::unexpected(cluster.error());
  (*cluster)->document.erase(std::string(since_member(bool_or(call.body, "IsExtranet"))));
  call.records().save(**cluster);
  return std::string();
}

ApiResult<std::string> describe_kubeconfig(Call& call) {
  const auto cluster = asked_cluster(call);
  if (!cluster) return std::unexpected(cluster.error());
  return members_of(
      {{"Kubeconfig", kubeconfig_of(call, **cluster, bool_or(call.body, "IsExtranet"))}});
}

ApiResult<std::string> update_kubeconfig(Call& call) {
  const auto cluster = asked_cluster(call);
  if (!cluster) return std::unexpected(cluster.error());
  Json updated = array_or_empty(call.body, "SubAccounts");
  if (updated.size() > 100) return refuse(kTkeParam, "more than 100 sub-accounts");
  if (updated.empty()) updated.push_back(std::to_string(call.account.uin));
  return members_of({{"UpdatedSubAccounts", std::move(updated)}});
}

ApiResult<std::string> describe_security(Call& call) {
  const auto found = asked_cluster(call);
  if (!found) return std::unexpected(found.error());
  const auto& cluster = **found;
  return members_of(
      {{"UserName", "admin"},
       {"Password", ""},
       {"CertificationAuthority", kPem},
       {"ClusterExternalEndpoint",
        is_open(cluster, true, call.now()) ? address_of(cluster, true) : ""},
       {"Domain", domain_of(cluster)},
       {"PgwEndpoint", is_open(cluster, false, call.now()) ? address_of(cluster, false) : ""},
       {"SecurityPolicy", call.no_list()},
       {"Kubeconfig", kubeconfig_of(call, cluster, false)},
       {"JnsGwEndpoint", ""}});
}

}  // namespace

void add_tke_access_actions(ActionTable& table) {
  ActionGroup tke(table, "tke", kTkeVersion, kTkeScope);
  tke.add("DescribeClusterEndpoints", "ClusterId string!", describe_endpoints);
  tke.add("DescribeClusterEndpointStatus", "ClusterId string!, IsExtranet bool",
          describe_endpoint_status);
  tke.add("CreateClusterEndpoint",
          "ClusterId string!, SubnetId string, IsExtranet bool, Domain string, SecurityGroup "
          "string, ExtensiveParameters string, ExistedLoadBalancerId string",
          create_endpoint);
  tke.add("DeleteClusterEndpoint", "ClusterId string!, IsExtranet bool", delete_endpoint);
  tke.add("DescribeClusterKubeconfig", "ClusterId string!, IsExtranet bool", describe_kubeconfig);
  tke.add("UpdateClusterKubeconfig", "ClusterId string!, SubAccounts string[]", update_kubeconfig);
  tke.add("DescribeClusterSecurity", "ClusterId string!", describe_security);
}

}  // namespace mtc::emulator
