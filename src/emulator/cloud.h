// What the stand-in remembers: logsets, topics, their logs and all other things. One thread at a
// time (Emulator uses one worker).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "emulator/api_error.h"
#include "emulator/owner.h"
#include "emulator/records.h"
#include "emulator/sql_functions.h"
#include "emulator/topic_table.h"

namespace mtc::emulator {

struct Logset {
  std::string id, name;
  Owner owner;
  TimePoint created{};
  Json tags = Json::array();
};

struct Topic {
  std::string id, name, logset_id;
  Owner owner;
  TimePoint created{};
  Json properties = Json::object();  // Period, StorageType … as CreateTopic got them
  int number = 0;
  std::unique_ptr<TopicTable> table;
};

// The YAML text of a kubeconfig. Called on the stand-in's worker thread.
using KubeconfigSource = std::function<std::string(const std::string& cluster_id,
                                                   std::uint64_t sub_account, bool extranet)>;

class Cloud {
 public:
  // `file` empty: everything in memory. Throws SqliteError if the file cannot be used.
  Cloud(const std::filesystem::path& file, const Clock& clock, Random& random);

  // InvalidParameter.LogsetConflict and .TopicConflict for a name or id that is taken.
  ApiResult<const Logset*> create_logset(const Owner& owner, std::string name, Json tags,
                                         std::string id = {});
  // Only what is given changes. The conflicts are those of the creation.
  ApiResult<> modify_logset(const Owner& owner, std::string_view id, const std::string& name,
                            const Json* tags);
  ApiResult<> delete_logset(const Owner& owner, std::string_view id);
  ApiResult<const Topic*> create_topic(const Owner& owner, std::string_view logset_id,
                                       std::string name, Json properties, std::string id = {});
  ApiResult<> modify_topic(const Owner& owner, std::string_view id, const std::string& name,
                           const Json& properties);
  ApiResult<> delete_topic(const Owner& owner, std::string_view id);

  // Oldest first.
  std::vector<const Logset*> logsets(const Owner& owner) const;
  std::vector<const Topic*> topics(const Owner& owner) const;
  const Logset* find_logset(const Owner& owner, std::string_view id) const;
  const Topic* find_topic(const Owner& owner, std::string_view id) const;
  // ResourceNotFound.TopicNotExist; where an index is needed, ResourceNotFound.IndexNotExist too.
  ApiResult<const Topic*> topic(const Owner& owner, std::string_view id) const;
  ApiResult<const Topic*> indexed_topic(const Owner& owner, std::string_view id) const;

  // Stores what was uploaded; returns how many logs.
  ApiResult<std::size_t> upload(const Topic& topic, std::string_view protobuf);

  // Alarms, clusters, dashboards … Written by the files of their actions.
  Records& records() { return records_; }
  const Records& records() const { return records_; }

  // The stand-in's own time, by which pools grow and alarms are judged: the clock and what
  // advance() added, so that tests need not wait.
  TimePoint now() const { return clock_.now() + advanced_; }
  void advance(Millis by) { advanced_ += by; }

  // Where the kubeconfigs of a cluster come from; set by whoever builds the scene, before requests
  // come. Without one a cluster has the documented shape with a server that nobody reaches.
  void set_kubeconfig(const std::string& cluster_id, KubeconfigSource source) {
    kubeconfigs_[cluster_id] = std::move(source);
  }
  const KubeconfigSource* kubeconfig(std::string_view cluster_id) const {
    const auto it = kubeconfigs_.find(cluster_id);
    return it == kubeconfigs_.end() ? nullptr : &it->second;
  }

  Sqlite& db() { return db_; }
  const Clock& clock() const { return clock_; }
  Random& random() { return random_; }
  // Signs paging contexts: nobody else can make one up.
  const std::string& context_key() const { return context_key_; }

 private:
  void load();
  void save(const Logset& logset);
  void save(const Topic& topic);
  void open_table(Topic& topic);

  Sqlite db_;
  Records records_{db_};
  Millis advanced_{0};
  const Clock& clock_;
  Random& random_;
  std::string context_key_;
  std::vector<std::unique_ptr<Logset>> logsets_;
  std::vector<std::unique_ptr<Topic>> topics_;
  TableDirectory directory_;
  std::map<std::string, KubeconfigSource, std::less<>> kubeconfigs_;
  int next_number_ = 1;
};

}  // namespace mtc::emulator
