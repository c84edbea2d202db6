// Requests for objects: reading, listing, writing, deleting and what their subresources do. What a
// request may do has been decided before.
#pragma once

#include <string>

#include "emulator/kubernetes/cluster.h"
#include "emulator/kubernetes/request_route.h"
#include "infra/http/server.h"

namespace mtc::emulator::kubernetes {

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
};

struct ObjectRequest {
  Cluster& cluster;
  const Route& route;
  const Query& query;
  const HttpRequest& http;
  const User& user;
  Form form = Form::json;
  std::string_view path = {};  // below /clusters/<id>
};

KubeResult<Reply> get_object(const ObjectRequest& request);
KubeResult<Reply> list_objects(const ObjectRequest& request);
KubeResult<Reply> create_object(const ObjectRequest& request);
KubeResult<Reply> update_object(const ObjectRequest& request);
KubeResult<Reply> patch_object(const ObjectRequest& request);
KubeResult<Reply> delete_object(const ObjectRequest& request);
KubeResult<Reply> delete_collection(const ObjectRequest& request);

// Subresources that are no part of the object itself.
KubeResult<Reply> evict_pod(const ObjectRequest& request);
KubeResult<Reply> review_access(const ObjectRequest& request);
KubeResult<Reply> read_metrics(const ObjectRequest& request);
KubeResult<Reply> ask_kubelet(const ObjectRequest& request);
Json scale_of(const Json& object);

// The body as JSON, with apiVersion, kind, name and namespace checked against the path. 400 and
// 415.
KubeResult<Json> read_body(const ObjectRequest& request, const std::string& expected_kind,
                           const std::string& expected_version);
KubeResult<DeleteOptions> read_delete_options(const ObjectRequest& request, bool* dry_run);
KubeResult<bool> is_dry_run(const Query& query);

// The object in the form that was asked for: itself, a Table of one row (a watch tells the columns
// once) or its metadata.
std::string shown(const ObjectRequest& request, const ObjectPtr& object, bool columns = true);
Reply object_reply(const ObjectRequest& request, const ObjectPtr& object, int status = 200);
// 404 if there is none.
KubeResult<ObjectPtr> stored_one(const ObjectRequest& request);

}  // namespace mtc::emulator::kubernetes
