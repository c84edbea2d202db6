#include "adapters/kubernetes/page_reader.h"

#include "adapters/kubernetes/json_view.h"

namespace mtc::kubernetes {
namespace {

void read_item(const JsonView& item, clusters::Pod& into) {
  read_pod(item, into);
}
void read_item(const JsonView& item, clusters::Node& into) {
  read_node(item, into);
}
void read_item(const JsonView& item, clusters::Workload& into) {
  read_workload(item, into);
}
void read_item(const JsonView& item, clusters::Service& into) {
  read_service(item, into);
}
void read_item(const JsonView& item, clusters::Ingress& into) {
  read_ingress(item, into);
}
void read_item(const JsonView& item, clusters::Event& into) {
  read_event(item, into);
}
void read_item(const JsonView& item, clusters::DisruptionBudget& into) {
  read_budget(item, into);
}
void read_item(const JsonView& item, clusters::Usage& into) {
  read_usage(item, into);
}
void read_item(const JsonView& item, std::string& into) {
  into = item["metadata"]["name"].text();
}

template <class T>
Result<std::string> read_page(simdjson::dom::parser& parser, std::string& body, const T& empty,
                              std::vector<T>& into) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);  // or it would be copied
  simdjson::dom::element root;
  if (parser.parse(body).get(root)) return fail(Errc::unavailable, "");
  const JsonView list(root);
  simdjson::dom::array items;
  // An empty list is [] or null.
  const auto found = root.at_key("items");
  if (found.error() != simdjson::SUCCESS ||
      (found.get(items) != simdjson::SUCCESS && !found.is_null())) {
    return fail(Errc::unavailable, "");
  }
  list["items"].each([&](const JsonView& item) { read_item(item, into.emplace_back(empty)); });
  return std::string(list["metadata"]["continue"].text());
}

}  // namespace

struct PageReader::Buffers {
  simdjson::dom::parser parser;
};

PageReader::PageReader() : buffers_(std::make_unique<Buffers>()) {}
PageReader::~PageReader() = default;

template <class T>
Result<std::string> PageReader::read(std::string& body, std::vector<T>& into) {
  return read_page(buffers_->parser, body, T{}, into);
}

Result<std::string> PageReader::read_workloads(std::string& body, clusters::WorkloadKind kind,
                                               std::vector<clusters::Workload>& into) {
  clusters::Workload empty;
  empty.kind = kind;
  return read_page(buffers_->parser, body, empty, into);
}

template Result<std::string> PageReader::read(std::string&, std::vector<clusters::Pod>&);
template Result<std::string> PageReader::read(std::string&, std::vector<clusters::Node>&);
template Result<std::string> PageReader::read(std::string&, std::vector<clusters::Service>&);
template Result<std::string> PageReader::read(std::string&, std::vector<clusters::Ingress>&);
template Result<std::string> PageReader::read(std::string&, std::vector<clusters::Event>&);
template Result<std::string> PageReader::read(std::string&,
                                              std::vector<clusters::DisruptionBudget>&);
template Result<std::string> PageReader::read(std::string&, std::vector<clusters::Usage>&);
template Result<std::string> PageReader::read(std::string&, std::vector<std::string>&);

}  // namespace mtc::kubernetes
