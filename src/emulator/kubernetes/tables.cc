#include "emulator/kubernetes/tables.h"

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/table_printers.h"

namespace mtc::emulator::kubernetes {
namespace {

Json name_and_creation(const Json& object, TimePoint) {
  return {name_of(object), text_at(object, "metadata.creationTimestamp")};
}
constexpr TablePrinter kPlain = {"", "Name|Created At", name_and_creation};

const TablePrinter& printer_of(std::string_view kind) {
  for (const auto printers :
       {pod_printers(), workload_printers(), network_printers(), other_printers()}) {
    for (const auto& printer : printers)
      if (printer.kind == kind) return printer;
  }
  return kPlain;
}

Json column(std::string_view notation) {
  const bool wide = notation.starts_with('+');
  if (wide) notation.remove_prefix(1);
  const bool integer = notation.ends_with('#');
  if (integer) notation.remove_suffix(1);
  return {{"name", notation},
          {"type", integer ? "integer" : "string"},
          {"format", notation == "Name" ? "name" : ""},
          {"description", ""},
          {"priority", wide ? 1 : 0}};
}

Json row(const Json& object, const TablePrinter& printer, TimePoint now, IncludeObject include) {
  Json out = {{"cells", printer.cells(object, now)}};
  switch (include) {
    case IncludeObject::none:
      out["object"] = nullptr;
      break;
    case IncludeObject::metadata:
      out["object"] = {{"kind", "PartialObjectMetadata"},
                       {"apiVersion", "meta.k8s.io/v1"},
                       {"metadata", object_or_empty(object, "metadata")}};
      break;
    case IncludeObject::object:
      out["object"] = object;
      break;
  }
  return out;
}

}  // namespace

Json make_table(std::string_view kind, std::span<const Json* const> objects, TimePoint now,
                IncludeObject include) {
  const auto& printer = printer_of(kind);
  auto columns = Json::array();
  for (const auto notation : split(printer.columns, '|')) columns.push_back(column(notation));
  auto rows = Json::array();
  for (const auto* object : objects) rows.push_back(row(*object, printer, now, include));
  return {{"kind", "Table"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", Json::object()},
          {"columnDefinitions", std::move(columns)},
          {"rows", std::move(rows)}};
}

}  // namespace mtc::emulator::kubernetes
