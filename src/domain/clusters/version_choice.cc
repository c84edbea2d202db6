#include "domain/clusters/version_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>

#include "base/characters.h"
#include "base/contains.h"
#include "base/text.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

constexpr int kMostRevisions = 10;  // as many as Kubernetes keeps

std::string without_v(std::string_view version) {
  version = trim(version);
  if (version.size() > 1 && (version[0] == 'v' || version[0] == 'V')) version.remove_prefix(1);
  return to_lower_ascii(version);
}

bool means_the_one_before(std::string_view said) {
  static constexpr std::array<std::string_view, 8> kWords{
      "", "上一个", "上一版", "上个版本", "上一个版本", "之前的版本", "previous", "last"};
  return contains(kWords, to_lower_ascii(trim(said)));
}

std::optional<std::int64_t> as_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool has_tag(const Json& pod_template, const std::string& wanted) {
  const Json& containers = array_or_empty(object_or_empty(pod_template, "spec"), "containers");
  return std::ranges::any_of(containers, [&wanted](const Json& container) {
    Json one{{"spec", {{"containers", Json::array({container})}}}};
    return without_v(version_of_template(one)) == wanted;
  });
}

bool same_template(const Json& a, const Json& b) {
  return plain_template(a) == plain_template(b);
}

// What is there now of the configuration, read once.
class LiveConfigs {
 public:
  explicit LiveConfigs(Scene scene) : scene_(std::move(scene)) {}

  Async<Result<Json>> find(ObjectRef ref) {
    if (const auto known = known_.find(ref); known != known_.end()) co_return known->second;
    auto found = co_await read_if_there(scene_, ref);
    if (found) known_[ref] = *found;
    co_return found;
  }

 private:
  Scene scene_;
  std::map<ObjectRef, Json> known_;
};

// Of the state, what `pod_template` reads and what is different or gone now.
Async<Result<std::vector<Json>>> changed_configs(LiveConfigs& live, GoodState good, Json workload) {
  std::vector<Json> out;
  const auto refs = configs_of(workload);
  for (const ObjectRef& ref : refs) {
    const Json* kept = find_object(good.objects, ref);
    if (kept == nullptr) continue;
    auto now = co_await live.find(ref);
    if (!now) co_return fail(std::move(now).error());
    if (!same_content(*now, *kept)) out.push_back(*kept);
  }
  co_return out;
}

class Choice {
 public:
  Choice(Scene scene, Json workload, VersionWish wish)
      : scene_(std::move(scene)),
        workload_(std::move(workload)),
        wish_(std::move(wish)),
        configs_(scene_) {
    std::ranges::sort(wish_.good, std::greater<>(), &GoodState::seen);
  }

  Async<Result<std::optional<Version>>> choose() {
    wanted_ = without_v(wish_.to_version);
    any_ = means_the_one_before(wish_.to_version);
    auto found = co_await among_good_states();
    if (!found || *found) co_return found;
    auto revisions = co_await earlier_versions(scene_, workload_, kMostRevisions);
    if (!revisions) co_return fail(std::move(revisions).error());
    found = co_await among(*revisions);
    if (!found || *found || already_) co_return found;
    co_return nothing_found(*revisions);
  }

 private:
  bool differs(const Json& pod_template) const {
    return !same_template(pod_template, pod_template_of(workload_));
  }

  Async<Result<std::optional<Version>>> among_good_states() {
    for (const GoodState& good : wish_.good) {
      const Json* then = find_object(good.objects, ref_of(workload_));
      if (then == nullptr) continue;
      const Json& pods = pod_template_of(*then);
      if (!any_ && !has_tag(pods, wanted_)) continue;
      auto configs = co_await changed_configs(configs_, good, *then);
      if (!configs) co_return fail(std::move(configs).error());
      if (differs(pods) || !configs->empty()) {
        co_return Version{.pod_template = pods,
                          .tag = version_of_template(pods),
                          .configs = std::move(*configs),
                          .well = good.seen};
      }
      already_ = already_ || !any_;
    }
    co_return std::nullopt;
  }

  // A tag goes before a number: "41" may be both.
  Async<Result<std::optional<Version>>> among(std::vector<Version> revisions) {
    const auto number = any_ ? std::nullopt : as_number(wanted_);
    const auto by_tag = [this](const Version& one) {
      return any_ || has_tag(one.pod_template, wanted_);
    };
    auto it = std::ranges::find_if(
        revisions, [&](const Version& one) { return by_tag(one) && differs(one.pod_template); });
    if (it == revisions.end() && !any_) {
      it = std::ranges::find_if(revisions, by_tag);
      if (it == revisions.end() && number) {
        it = std::ranges::find(revisions, *number, &Version::revision);
      }
    }
    if (it == revisions.end()) co_return std::nullopt;
    auto whole = co_await with_configs(std::move(*it));
    if (!whole) co_return fail(std::move(whole).error());
    if (differs(whole->pod_template) || !whole->configs.empty()) co_return std::move(*whole);
    already_ = true;
    co_return std::nullopt;
  }

  // From the newest state that had this template, else from the newest one there is.
  Async<Result<Version>> with_configs(Version version) {
    const GoodState* best = nullptr;
    for (const GoodState& good : wish_.good) {
      const Json* then = find_object(good.objects, ref_of(workload_));
      if (then == nullptr) continue;
      const bool same = same_template(pod_template_of(*then), version.pod_template);
      if (best == nullptr || same) best = &good;
      if (!same) continue;
      version.well = good.seen;
      break;
    }
    if (best == nullptr) co_return version;
    Json then = workload_;
    then["spec"]["template"] = version.pod_template;
    auto configs = co_await changed_configs(configs_, *best, std::move(then));
    if (!configs) co_return fail(std::move(configs).error());
    version.configs = std::move(*configs);
    co_return version;
  }

  std::unexpected<Error> nothing_found(const std::vector<Version>& revisions) const {
    const Language language = scene_.user.language;
    const std::string name = ref_of(workload_).name;
    if (any_) {
      return refuse(Errc::not_found, language, fmt::format("{} 没有更早的版本可以回滚。", name),
                    fmt::format("There is no earlier version of {} to go back to.", name));
    }
    std::vector<std::string> tags;
    const auto add = [&tags](const Json& pod_template) {
      std::string tag = version_of_template(pod_template);
      if (!tag.empty() && !contains(tags, tag)) tags.push_back(std::move(tag));
    };
    for (const GoodState& good : wish_.good) {
      const Json* then = find_object(good.objects, ref_of(workload_));
      if (then != nullptr) add(pod_template_of(*then));
    }
    for (const Version& one : revisions) add(one.pod_template);
    const std::string said = shorten_characters(sanitize_utf8(wish_.to_version), 40);
    const std::string there = say_list(tags, 4, language);
    if (tags.empty()) {
      return refuse(Errc::not_found, language, fmt::format("{} 没有 {} 这个版本。", name, said),
                    fmt::format("{} has no version {}.", name, said));
    }
    return refuse(Errc::not_found, language,
                  fmt::format("{} 没有 {} 这个版本，有 {}。", name, said, there),
                  fmt::format("{} has no version {}; there are {}.", name, said, there));
  }

  Scene scene_;
  Json workload_;
  VersionWish wish_;
  LiveConfigs configs_;
  std::string wanted_;
  bool any_ = false;
  bool already_ = false;  // what is wished for is what runs now
};

bool is_owned_by(const Json& object, const ObjectRef& owner) {
  const Json& owners = array_or_empty(object_or_empty(object, "metadata"), "ownerReferences");
  return std::ranges::any_of(owners, [&owner](const Json& one) {
    return string_or(one, "kind") == owner.kind && string_or(one, "name") == owner.name;
  });
}

Workload as_workload(const Json& object) {
  const ObjectRef ref = ref_of(object);
  const Json& notes = object_or_empty(object_or_empty(object, "metadata"), "annotations");
  return {.kind = parse_workload_kind(ref.kind).value_or(WorkloadKind::job),
          .ns = ref.ns,
          .name = ref.name,
          .revision = string_or(notes, "deployment.kubernetes.io/revision")};
}

}  // namespace

Async<Result<std::vector<Version>>> earlier_versions(Scene scene, Json workload, int most) {
  const ObjectRef owner = ref_of(workload);
  auto history = co_await rollout_history(*scene.api, as_workload(workload), most);
  if (!history) co_return fail(std::move(history).error());
  const bool sets = owner.kind == "Deployment";
  std::vector<Version> out;
  for (const Revision& revision : *history) {
    auto object = co_await read_if_there(scene, {.api_version = "apps/v1",
                                                 .kind = sets ? "ReplicaSet" : "ControllerRevision",
                                                 .ns = owner.ns,
                                                 .name = revision.name});
    if (!object) co_return fail(std::move(object).error());
    if (!is_owned_by(*object, owner)) continue;
    Json pods =
        writable_template(pod_template_of(sets ? *object : object_or_empty(*object, "data")));
    if (pods.empty()) continue;
    std::string tag = version_of_template(pods);
    out.push_back(
        {.pod_template = std::move(pods), .tag = std::move(tag), .revision = revision.number});
  }
  co_return out;
}

Async<Result<std::optional<Version>>> choose_version(Scene scene, Json workload, VersionWish wish) {
  const auto choice =
      std::make_unique<Choice>(std::move(scene), std::move(workload), std::move(wish));
  co_return co_await choice->choose();
}

}  // namespace mtc::clusters
