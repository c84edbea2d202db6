// Which reports are one alert, and which alerts are one incident.
#pragma once

#include <string>
#include <string_view>

#include "domain/alerts/alert.h"

namespace mtc::alerts {

// The same for all reports of one cause: source, policy, metric and what it is about, where pods of
// a workload are that workload. Readable, at most 300 bytes.
std::string cause_of(const Report& report);

// The same for alerts that one trouble raises: those about one workload, whatever their policy;
// else about one node; else the cause itself. At most 300 bytes.
std::string group_of(const Subject& subject, const std::string& cause);

// The workload it names, or else that of the pod it names. May be empty.
std::string workload_name(const Subject& subject);

// The workload of a pod by the pod's name alone: "payment" of payment-7d9f4c5b6-x2k4q,
// "mysql" of mysql-0. Empty where the name has no such shape.
std::string workload_of_pod_name(std::string_view pod);

}  // namespace mtc::alerts
