// The actions of the stand-in. A file per family adds its own; later products do the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/accounts.h"
#include "emulator/cloud.h"
#include "emulator/request_schema.h"
#include "infra/http/server.h"

namespace mtc::emulator {

// One request that passed signature, limits and schema.
struct Call {
  Cloud& cloud;
  Owner owner;
  const Account& account;
  const HttpRequest& request;
  Json body;                      // checked; null members may be there
  bool contexts_expired = false;  // fault: every paging context counts as too old
  bool null_lists = false;        // lists that do not apply are null instead of []

  TimePoint now() const { return cloud.now(); }
  Records& records() const { return cloud.records(); }
  Json no_list() const { return null_lists ? Json(nullptr) : Json::array(); }
};

// The members of Response as JSON text without braces ("" for none): long answers are written
// without a tree.
using Handler = ApiResult<std::string> (*)(Call& call);

struct Action {
  std::string_view service, version, name;
  std::string_view members;  // notation of request_schema.h; "" if the body is binary
  Handler handler = nullptr;
  bool regional = true;
  bool rate_limited = true;  // false: the gateway's limit is out of reach
  bool binary = false;       // the body is not JSON
  bool search = false;       // counts against the concurrent queries of its TopicId
  std::string_view scope;    // of the structures in `members`
};

class ActionTable {
 public:
  void add(const Action& action);
  // An action of the log service without peculiarities.
  void add_cls(std::string_view name, std::string_view members, Handler handler);
  bool knows(std::string_view name) const;
  RequestSchemas& schemas() { return schemas_; }
  const RequestSchemas& schemas() const { return schemas_; }

  struct Entry {
    Action action;
    Members members;
  };
  // InvalidAction, NoSuchVersion or NoSuchProduct. A service that is no product (clients on a
  // loopback address sign with its first label) is looked up by version and name alone.
  ApiResult<const Entry*> find(std::string_view service, std::string_view version,
                               std::string_view name) const;

 private:
  std::vector<Entry> entries_;
  RequestSchemas schemas_;
};

// The actions of one version of a product, which have their structures' names to themselves.
class ActionGroup {
 public:
  ActionGroup(ActionTable& table, std::string_view service, std::string_view version,
              std::string_view scope, bool regional = true)
      : table_(table), service_(service), version_(version), scope_(scope), regional_(regional) {}
  void define(std::string_view name, std::string_view notation) {
    table_.schemas().define(name, notation, scope_);
  }
  void add(std::string_view name, std::string_view members, Handler handler) {
    table_.add({.service = service_,
                .version = version_,
                .name = name,
                .members = members,
                .handler = handler,
                .regional = regional_,
                .scope = scope_});
  }

 private:
  ActionTable& table_;
  std::string_view service_, version_, scope_;
  bool regional_;
};

void add_cls_topic_actions(ActionTable& table);
void add_cls_index_actions(ActionTable& table);
void add_cls_search_actions(ActionTable& table);
void add_cls_histogram_actions(ActionTable& table);
void add_cls_context_actions(ActionTable& table);
void add_cls_upload_actions(ActionTable& table);

void add_cls_alarm_actions(ActionTable& table);
void add_cls_alarm_notice_actions(ActionTable& table);
void add_cls_alarm_shield_actions(ActionTable& table);
void add_cls_alarm_history_actions(ActionTable& table);
void add_cls_scheduled_sql_actions(ActionTable& table);
void add_cls_dashboard_actions(ActionTable& table);
void add_monitor_data_actions(ActionTable& table);
void add_monitor_alarm_actions(ActionTable& table);
void add_tke_cluster_actions(ActionTable& table);
void add_tke_access_actions(ActionTable& table);
void add_tke_pool_actions(ActionTable& table);
void add_tke_native_pool_actions(ActionTable& table);

inline constexpr std::string_view kClsVersion = "2020-10-16";

// {"a":1,"b":2} → "a":1,"b":2
std::string members_of(const Json& object);
// The list, or what this answer shows for an empty one.
Json list_or_none(const Call& call, const Json& document, std::string_view member);

}  // namespace mtc::emulator
