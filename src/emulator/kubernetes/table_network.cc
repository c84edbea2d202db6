#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "emulator/kubernetes/table_printers.h"

namespace mtc::emulator::kubernetes {
namespace {

std::vector<std::string> load_balancer(const Json& object) {
  std::vector<std::string> out;
  const auto& list = member_at(object, "status.loadBalancer.ingress");
  for (const auto& one : list.is_array() ? list : Json::array()) {
    auto address = string_or(one, "ip");
    if (address.empty()) address = string_or(one, "hostname");
    if (!address.empty()) out.push_back(std::move(address));
  }
  return out;
}

std::string external_address(const Json& service) {
  const auto type = text_at(service, "spec.type", "ClusterIP");
  if (type == "ExternalName") return text_at(service, "spec.externalName");
  std::vector<std::string> all;
  if (type == "LoadBalancer") all = load_balancer(service);
  for (const auto& one : array_or_empty(object_or_empty(service, "spec"), "externalIPs"))
    if (one.is_string()) all.push_back(one.get<std::string>());
  if (!all.empty()) return join(all, ",");
  return type == "LoadBalancer" ? "<pending>" : "<none>";
}

std::string service_ports(const Json& service) {
  std::vector<std::string> out;
  for (const auto& port : array_or_empty(object_or_empty(service, "spec"), "ports")) {
    const auto number = integer_or(port, "port");
    const auto on_node = integer_or(port, "nodePort");
    const auto protocol = string_or(port, "protocol", "TCP");
    out.push_back(on_node > 0 ? fmt::format("{}:{}/{}", number, on_node, protocol)
                              : fmt::format("{}/{}", number, protocol));
  }
  return or_none(join(out, ","));
}

Json service_cells(const Json& object, TimePoint now) {
  return {name_of(object),
          text_at(object, "spec.type", "ClusterIP"),
          or_none(text_at(object, "spec.clusterIP")),
          external_address(object),
          service_ports(object),
          age_cell(object, now),
          labels_cell(member_at(object, "spec.selector"))};
}

std::string ingress_hosts(const Json& ingress) {
  std::vector<std::string> hosts;
  for (const auto& rule : array_or_empty(object_or_empty(ingress, "spec"), "rules"))
    if (auto host = string_or(rule, "host"); !host.empty()) hosts.push_back(std::move(host));
  return hosts.empty() ? "*" : first_three(hosts);
}

Json ingress_cells(const Json& object, TimePoint now) {
  return {name_of(object),
          or_none(text_at(object, "spec.ingressClassName")),
          ingress_hosts(object),
          join(load_balancer(object), ","),
          member_at(object, "spec.tls").empty() ? "80" : "80, 443",
          age_cell(object, now)};
}

std::string endpoint_addresses(const Json& endpoints) {
  std::vector<std::string> out;
  for (const auto& subset : array_or_empty(endpoints, "subsets")) {
    const auto& ports = array_or_empty(subset, "ports");
    for (const auto& address : array_or_empty(subset, "addresses")) {
      const auto ip = string_or(address, "ip");
      if (ports.empty()) out.push_back(ip);
      for (const auto& port : ports)
        out.push_back(fmt::format("{}:{}", ip, integer_or(port, "port")));
    }
  }
  return or_none(first_three(out));
}

Json endpoints_cells(const Json& object, TimePoint now) {
  return {name_of(object), endpoint_addresses(object), age_cell(object, now)};
}

Json slice_cells(const Json& object, TimePoint now) {
  std::vector<std::string> ports;
  for (const auto& port : array_or_empty(object, "ports"))
    ports.push_back(text_at(port, "port", "*"));
  std::vector<std::string> addresses;
  for (const auto& endpoint : array_or_empty(object, "endpoints"))
    for (const auto& address : array_or_empty(endpoint, "addresses"))
      if (address.is_string()) addresses.push_back(address.get<std::string>());
  return {name_of(object), text_at(object, "addressType"),
          ports.empty() ? "<unset>" : first_three(ports),
          addresses.empty() ? "<unset>" : first_three(addresses), age_cell(object, now)};
}

constexpr TablePrinter kPrinters[] = {
    {"Service", "Name|Type|Cluster-IP|External-IP|Port(s)|Age|+Selector", service_cells},
    {"Ingress", "Name|Class|Hosts|Address|Ports|Age", ingress_cells},
    {"Endpoints", "Name|Endpoints|Age", endpoints_cells},
    {"EndpointSlice", "Name|AddressType|Ports|Endpoints|Age", slice_cells},
};

}  // namespace

std::span<const TablePrinter> network_printers() {
  return kPrinters;
}

}  // namespace mtc::emulator::kubernetes
