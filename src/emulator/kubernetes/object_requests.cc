#include "emulator/kubernetes/object_requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "emulator/kubernetes/node_stats.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/pod_metrics.h"
#include "emulator/kubernetes/selectors.h"
#include "emulator/kubernetes/tables.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

std::string head_of(std::string_view kind, std::string_view api_version) {
  return fmt::format("{{\"kind\":\"{}\",\"apiVersion\":\"{}\",", kind, api_version);
}

IncludeObject include_of(const Query& query) {
  const auto text = query.text("includeObject");
  if (text == "None") return IncludeObject::none;
  return text == "Object" ? IncludeObject::object : IncludeObject::metadata;
}

std::string partial_text(const StoredObject& object) {
  return dump_json({{"kind", "PartialObjectMetadata"},
                    {"apiVersion", "meta.k8s.io/v1"},
                    {"metadata", object.value()["metadata"]}});
}

// Where a page of a list goes on: opaque to clients.
struct Continuation {
  std::uint64_t version = 0;
  ObjectId after;
};

std::string show(const Continuation& one) {
  return to_base64url(dump_json(
      {{"v", "meta.k8s.io/v1"}, {"rv", one.version}, {"start", {one.after.ns, one.after.name}}}));
}

KubeResult<Continuation> read_continuation(const std::string& text) {
  const auto json = parse_json(from_base64url(text).value_or("")).value_or(Json());
  const auto& start = dig(json, {"start"});
  const auto& version = dig(json, {"rv"});
  if (!start.is_array() || start.size() != 2 || !start[0].is_string() || !start[1].is_string() ||
      !version.is_number_unsigned())
    return bad_request("continue key is not valid: illegal token");
  return Continuation{version.get<std::uint64_t>(),
                      {start[0].get<std::string>(), start[1].get<std::string>()}};
}

Json table_of(const ObjectRequest& request, std::span<const ObjectPtr> objects) {
  std::vector<const Json*> values;
  values.reserve(objects.size());
  for (const auto& object : objects) values.push_back(&object->value());
  return make_table(request.route.kind->kind, values, request.cluster.plane().now,
                    include_of(request.query));
}

struct Page {
  std::vector<ObjectPtr> objects;
  std::uint64_t version = 0;
  std::string next;  // a token, if there is more
  std::size_t remaining = 0;
  bool remaining_known = false;
};

struct Selection {
  LabelSelector labels;
  FieldSelector fields;
  bool matches(const Json& object) const {
    return labels.matches(object) && fields.matches(object);
  }
  bool empty() const { return labels.empty() && fields.empty(); }
};

KubeResult<Selection> selection_of(const ObjectRequest& request) {
  auto labels = LabelSelector::parse(request.query.text("labelSelector"));
  if (!labels) return std::unexpected(labels.error());
  auto fields = FieldSelector::parse(request.query.text("fieldSelector"), *request.route.kind);
  if (!fields) return std::unexpected(fields.error());
  return Selection{std::move(*labels), std::move(*fields)};
}

Page collect(const Objects& objects, const ObjectRequest& request, const Selection& selection,
             std::size_t limit, const ObjectId* after, std::uint64_t version) {
  Page page{.version = version};
  const auto& ns = request.route.ns;
  auto it = objects.lower_bound({ns, ""});
  if (after != nullptr) it = objects.upper_bound(*after);
  const auto inside = [&](const ObjectId& id) { return ns.empty() || id.ns == ns; };
  for (; it != objects.end() && inside(it->first); ++it) {
    if (!selection.empty() && !selection.matches(it->second->value())) continue;
    if (limit > 0 && page.objects.size() == limit) {
      page.next = show({version, page.objects.back()->id()});
      if (selection.empty()) {
        const auto last = ns.empty() ? objects.end() : objects.lower_bound({ns + '\0', ""});
        page.remaining = static_cast<std::size_t>(std::distance(it, last));
        page.remaining_known = true;
      }
      break;
    }
    page.objects.push_back(it->second);
  }
  return page;
}

Status too_old(const ObjectRequest& request, Continuation from) {
  from.version = request.cluster.store().version();
  auto status = expired(
                    "The provided continue parameter is too old to display a consistent list "
                    "result. You can start a new list without the continue parameter, or use the "
                    "continue token in this response to retrieve the remainder of the results. "
                    "Continuing with the provided token results in an inconsistent list - objects "
                    "that were created, modified, or deleted between the time the first chunk was "
                    "returned and now may show up in the list.")
                    .error();
  status.continue_token = show(from);
  return status;
}

KubeResult<Page> read_page(const ObjectRequest& request) {
  const auto selection = selection_of(request);
  if (!selection) return std::unexpected(selection.error());
  const auto limit = request.query.number("limit");
  if (!limit) return std::unexpected(limit.error());
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(limit->value_or(0), 0));
  const auto& store = request.cluster.store();
  const auto& kind = *request.route.stored;
  const auto token = request.query.text("continue");
  if (token.empty())
    return collect(store.all(kind), request, *selection, most, nullptr, store.version());
  const auto from = read_continuation(token);
  if (!from) return std::unexpected(from.error());
  const auto& changes = store.changes(kind);
  const bool unchanged = (changes.empty() || changes.back().version <= from->version) &&
                         store.forgotten(kind) <= from->version;
  if (unchanged)
    return collect(store.all(kind), request, *selection, most, &from->after, from->version);
  const auto then = store.at(kind, from->version);
  if (!then) return std::unexpected(too_old(request, *from));
  return collect(*then, request, *selection, most, &from->after, from->version);
}

Json list_metadata(const Page& page) {
  Json out{{"resourceVersion", std::to_string(page.version)}};
  if (!page.next.empty()) out["continue"] = page.next;
  if (page.remaining_known && page.remaining > 0) out["remainingItemCount"] = page.remaining;
  return out;
}

std::string list_text(const ResourceKind& kind, const Page& page) {
  std::size_t size = 200;
  for (const auto& object : page.objects) size += object->text().size() + 2;
  std::string out;
  out.reserve(size);
  out += head_of(fmt::format("{}List", kind.kind), kind.api_version());
  out += "\"metadata\":";
  out += dump_json(list_metadata(page));
  out += ",\"items\":[";
  for (const auto& object : page.objects) {
    if (out.back() != '[') out += ',';
    out += '{';
    out += object->text();
  }
  return out += "]}";
}

}  // namespace

std::string shown(const ObjectRequest& request, const ObjectPtr& object, bool columns) {
  switch (request.form) {
    case Form::json:
      return head_of(request.route.kind->kind, request.route.kind->api_version()) + object->text();
    case Form::partial:
      return partial_text(*object);
    case Form::table:
      break;
  }
  auto table = table_of(request, std::span(&object, 1));
  table["metadata"]["resourceVersion"] = std::to_string(object->version());
  if (!columns) table["columnDefinitions"] = nullptr;
  return dump_json(table);
}

Reply object_reply(const ObjectRequest& request, const ObjectPtr& object, int status) {
  return {status, shown(request, object)};
}

KubeResult<ObjectPtr> stored_one(const ObjectRequest& request) {
  const auto& route = request.route;
  auto found = request.cluster.store().find(*route.stored, {route.ns, route.name});
  if (!found) return not_found(route.kind->plural, route.kind->group, route.name);
  return found;
}

KubeResult<Reply> get_object(const ObjectRequest& request) {
  const auto found = stored_one(request);
  if (!found) return std::unexpected(found.error());
  if (request.route.subresource == "scale")
    return Reply{200, dump_json(scale_of((*found)->value()))};
  return object_reply(request, *found);
}

KubeResult<Reply> list_objects(const ObjectRequest& request) {
  const auto page = read_page(request);
  if (!page) return std::unexpected(page.error());
  if (request.form == Form::table) {
    auto table = table_of(request, page->objects);
    table["metadata"] = list_metadata(*page);
    return Reply{200, dump_json(table)};
  }
  if (request.form == Form::partial) {
    std::string items;
    for (const auto& object : page->objects)
      items += (items.empty() ? "" : ",") + partial_text(*object);
    return Reply{200, head_of("PartialObjectMetadataList", "meta.k8s.io/v1") + "\"metadata\":" +
                          dump_json(list_metadata(*page)) + ",\"items\":[" + items + "]}"};
  }
  return Reply{200, list_text(*request.route.kind, *page)};
}

KubeResult<Reply> delete_collection(const ObjectRequest& request) {
  bool dry_run = false;
  const auto how = read_delete_options(request, &dry_run);
  if (!how) return std::unexpected(how.error());
  const auto page = read_page(request);
  if (!page) return std::unexpected(page.error());
  auto& plane = request.cluster.plane();
  for (const auto& object : page->objects)
    (void)plane.registry.remove(*request.route.stored, object->id(), *how,
                                {.now = plane.now, .dry_run = dry_run});
  request.cluster.advance();
  return Reply{200, list_text(*request.route.kind, *page)};
}

KubeResult<Reply> read_metrics(const ObjectRequest& request) {
  const auto& route = request.route;
  const auto& plane = request.cluster.plane();
  const bool nodes = route.kind->kind == "NodeMetrics";
  const auto& source = nodes ? known::nodes() : known::pods();
  const auto measure = [&](const Json& object) {
    return nodes ? node_metrics(plane, object) : pod_metrics(plane, object);
  };
  if (!route.name.empty()) {
    const auto found = plane.store.find(source, {route.ns, route.name});
    const auto metrics = found ? measure(found->value()) : std::nullopt;
    if (!metrics)
      return not_found(nodes ? "nodes" : "podmetrics", "metrics.k8s.io",
                       route.ns.empty() ? route.name : route.ns + "/" + route.name);
    return Reply{200, dump_json(*metrics)};
  }
  const auto labels = LabelSelector::parse(request.query.text("labelSelector"));
  if (!labels) return std::unexpected(labels.error());
  auto items = Json::array();
  for (const auto& [id, object] : plane.store.all(source)) {
    if ((!route.ns.empty() && id.ns != route.ns) || !labels->matches(object->value())) continue;
    if (auto metrics = measure(object->value())) items.push_back(std::move(*metrics));
  }
  return Reply{200, dump_json({{"kind", fmt::format("{}List", route.kind->kind)},
                               {"apiVersion", route.kind->api_version()},
                               {"metadata", Json::object()},
                               {"items", std::move(items)}})};
}

KubeResult<Reply> ask_kubelet(const ObjectRequest& request) {
  const auto node = stored_one(request);
  if (!node) return std::unexpected(node.error());
  const auto stats = node_stats(request.cluster.plane(), (*node)->value());
  if (!stats) {
    return std::unexpected(Status{
        .code = 503,
        .reason = "ServiceUnavailable",
        .message = fmt::format("error trying to reach service: dial tcp {}:10250: i/o timeout",
                               request.route.name)});
  }
  if (request.route.proxied != "stats/summary")
    return Reply{404, "404 page not found\n", "text/plain; charset=utf-8"};
  return Reply{200, dump_json(*stats)};
}

}  // namespace mtc::emulator::kubernetes
