// Dashboards. What is on them is opaque text that the console owns.
#include <array>
#include <set>

#include "emulator/cls_checks.h"

namespace mtc::emulator {
namespace {

constexpr std::string_view kDashboard = "cls_dashboard";
constexpr std::size_t kMaxDashboards = 500;

// The numbers of regions that TopicIdRegionFilter speaks of.
std::string_view region_of(std::int64_t id) {
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 22> kRegions{
      {{1, "ap-guangzhou"},     {4, "ap-shanghai"},       {5, "ap-hongkong"},
       {7, "ap-shanghai-fsi"},  {8, "ap-beijing"},        {9, "ap-singapore"},
       {11, "ap-shenzhen-fsi"}, {15, "na-siliconvalley"}, {16, "ap-chengdu"},
       {17, "eu-frankfurt"},    {18, "ap-seoul"},         {19, "ap-chongqing"},
       {22, "na-ashburn"},      {23, "ap-bangkok"},       {25, "ap-tokyo"},
       {33, "ap-nanjing"},      {36, "ap-tianjin"},       {39, "ap-taipei"},
       {46, "ap-beijing-fsi"},  {72, "ap-jakarta"},       {74, "sa-saopaulo"},
       {78, "ap-shanghai-adc"}}};
  for (const auto& [number, region] : kRegions) {
    if (number == id) return region;
  }
  return "";
}

// Every topic that the data names, wherever it does: the panels' form is not published.
void find_topics(const Json& data, std::set<std::string>& topics) {
  if (data.is_object()) {
    for (const auto& [key, value] : data.items()) {
      if ((key == "TopicId" || key == "topicId" || key == "topic_id") && value.is_string()) {
        topics.insert(value.get<std::string>());
      } else {
        find_topics(value, topics);
      }
    }
  } else if (data.is_array()) {
    for (const auto& one : data) find_topics(one, topics);
  }
}

std::set<std::string> topics_of(const Record& dashboard) {
  std::set<std::string> out;
  if (const auto data =
          parse_json(string_or(object_or_empty(dashboard.document, "Dashboard"), "Data")))
    find_topics(*data, out);
  return out;
}

ApiResult<> check_dashboard(const Call& call, const Json& dashboard, std::string_view own_id) {
  const auto name = string_or(dashboard, "DashboardName");
  if (auto ok = check_short_name(name, "DashboardName"); !ok) return ok;
  if (auto ok = check_tag_count(dashboard, 10); !ok) return ok;
  if (name_taken(call, kDashboard, "Dashboard", name, own_id, "DashboardName"))
    return refuse("InvalidParameter.DashboardNameConflict", "a dashboard of that name exists");
  return {};
}

ApiResult<Record*> find_dashboard(const Call& call) {
  const auto id = string_or(call.body, "DashboardId");
  Record* found = call.records().find(kDashboard, call.owner, id);
  if (found == nullptr)
    return refuse("ResourceNotFound.DashboardRecordNotExist", "dashboard " + id.substr(0, 80));
  return found;
}

ApiResult<std::string> create_dashboard(Call& call) {
  if (auto ok = check_dashboard(call, call.body, ""); !ok) return std::unexpected(ok.error());
  if (call.records().of(kDashboard, call.owner).size() >= kMaxDashboards)
    return refuse("LimitExceeded", "too many dashboards");
  Json dashboard = Json::object();
  merge_members(dashboard, call.body);
  const auto now = millis(call.now());
  const auto id = "dashboard-" + make_uuid(call.cloud.random());
  call.records().add(kDashboard, call.owner, id,
                     {{"Dashboard", std::move(dashboard)}, {"CreatedAt", now}, {"UpdatedAt", now}});
  return members_of({{"DashboardId", id}});
}

ApiResult<std::string> modify_dashboard(Call& call) {
  const auto record = find_dashboard(call);
  if (!record) return std::unexpected(record.error());
  Json dashboard = object_or_empty((*record)->document, "Dashboard");
  merge_members(dashboard, call.body, {"DashboardId"});
  if (auto ok = check_dashboard(call, dashboard, (*record)->id); !ok)
    return std::unexpected(ok.error());
  (*record)->document["Dashboard"] = std::move(dashboard);
  (*record)->document["UpdatedAt"] = millis(call.now());
  call.records().save(**record);
  return std::string();
}

ApiResult<std::string> delete_dashboard(Call& call) {
  const auto record = find_dashboard(call);
  if (!record) return std::unexpected(record.error());
  call.records().erase(**record);
  return std::string();
}

Json describe(const Call& call, const Record& record) {
  const Json& d = object_or_empty(record.document, "Dashboard");
  Json topics = Json::array();
  for (const auto& id : topics_of(record))
    topics.push_back({{"TopicId", id}, {"Region", record.owner.region}});
  return {{"DashboardId", record.id},
          {"DashboardName", string_or(d, "DashboardName")},
          {"Data", string_or(d, "Data")},
          {"CreateTime", cls_time(record.time("CreatedAt"))},
          {"AssumerUin", 0},
          {"RoleName", ""},
          {"AssumerName", ""},
          {"Tags", list_or_none(call, d, "Tags")},
          {"DashboardRegion", record.owner.region},
          {"UpdateTime", cls_time(record.time("UpdatedAt"))},
          {"DashboardTopicInfos", topics.empty() ? call.no_list() : topics}};
}

bool has(const Record& record, std::string_view key, const std::string& value) {
  const Json& d = object_or_empty(record.document, "Dashboard");
  if (key == "dashboardId") return record.id == value;
  if (key == "dashboardName") return string_or(d, "DashboardName").find(value) != std::string::npos;
  if (key == "dashboardRegion") return record.owner.region == value;
  return has_tag(array_or_empty(d, "Tags"), key, value);
}

bool on_wanted_topic(const Call& call, const Record& record) {
  const auto& wanted = array_or_empty(call.body, "TopicIdRegionFilter");
  if (wanted.empty()) return true;
  const auto topics = topics_of(record);
  return std::ranges::any_of(wanted, [&](const Json& one) {
    return region_of(integer_or(one, "RegionId")) == record.owner.region &&
           topics.contains(string_or(one, "TopicId"));
  });
}

ApiResult<std::string> describe_dashboards(Call& call) {
  const auto page = read_page(call.body);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok =
          check_filters(filters, kClsFilters, {"dashboardId", "dashboardName", "dashboardRegion"});
      !ok)
    return std::unexpected(ok.error());
  auto hits = call.records().of(kDashboard, call.owner);
  std::erase_if(hits, [&](const Record* record) {
    return !on_wanted_topic(call, *record) ||
           !passes(filters, kClsFilters, [&](std::string_view key, const std::string& value) {
             return has(*record, key, value);
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* record : cut(hits, *page)) list.push_back(describe(call, *record));
  return members_of({{"TotalCount", hits.size()}, {"DashboardInfos", std::move(list)}});
}

}  // namespace

void add_cls_dashboard_actions(ActionTable& table) {
  table.schemas().define("TopicIdAndRegion", "TopicId string!, RegionId uint64!");
  table.add_cls("CreateDashboard", "DashboardName string!, Data string, Tags Tag[]",
                create_dashboard);
  table.add_cls("ModifyDashboard",
                "DashboardId string!, DashboardName string, Data string, Tags Tag[]",
                modify_dashboard);
  table.add_cls("DeleteDashboard", "DashboardId string!", delete_dashboard);
  table.add_cls("DescribeDashboards",
                "Offset int64, Limit int64, Filters Filter[], TopicIdRegionFilter "
                "TopicIdAndRegion[]",
                describe_dashboards);
}

}  // namespace mtc::emulator
