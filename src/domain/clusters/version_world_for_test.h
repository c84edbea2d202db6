// The small shop with a history: versions of its workloads, and states in which they were well.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "domain/clusters/change_world.h"
#include "domain/clusters/checkpoint_choice.h"
#include "domain/clusters/content.h"
#include "domain/clusters/good_state.h"
#include "domain/clusters/object.h"
#include "domain/clusters/restore.h"
#include "infra/loop/run.h"

namespace mtc::clusters {

// Deployment order runs 1.5, revision 42; 1.4 is revision 41, 1.3 is 40. It was well at 1.4 an hour
// ago, with LEVEL info in order-config and another password.
struct VersionWorld : ChangeWorld {
  VersionWorld() {
    add_set("order-40", "40", "1.3");
    add_set("order-41", "41", "1.4");
    good = state_now(std::chrono::hours(1));
    order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.5";
    order()["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "42";
    add_set("order-42", "42", "1.5");
  }

  Json& order() { return cluster->at("Deployment", "shop", "order"); }
  Json& config() { return cluster->at("ConfigMap", "shop", "order-config"); }
  Json& secret() { return cluster->at("Secret", "shop", "db-secret"); }
  std::string image() {
    return order()["spec"]["template"]["spec"]["containers"][0]["image"].get<std::string>();
  }

  void add_set(const std::string& name, const std::string& revision, const std::string& tag) {
    Json pods = order()["spec"]["template"];
    pods["spec"]["containers"][0]["image"] = "r.example.com/order:" + tag;
    pods["metadata"]["labels"]["pod-template-hash"] = name.substr(6);
    cluster->put({{"apiVersion", "apps/v1"},
                  {"kind", "ReplicaSet"},
                  {"metadata",
                   {{"name", name},
                    {"namespace", "shop"},
                    {"annotations", {{"deployment.kubernetes.io/revision", revision}}},
                    {"ownerReferences",
                     {{{"kind", "Deployment"}, {"name", "order"}, {"controller", true}}}}}},
                  {"spec", {{"replicas", 0}, {"template", std::move(pods)}}}});
  }

  // Of order, or of the release that it names.
  GoodState state_now(Millis ago) {
    GoodState out{.release = release_of("cls-1", order())};
    out.objects = run(read_release(scene(), order(), 40)).value();
    out.fingerprint = content_fingerprint(fingerprints, out.objects);
    out.since = clock.time - ago - std::chrono::hours(5);
    out.seen = clock.time - ago;
    return out;
  }

  // With all its pods.
  void resize(const std::string& name, int replicas) {
    Json object = cluster->at("Deployment", "shop", name);
    object["spec"]["replicas"] = replicas;
    object.erase("status");
    cluster->put(std::move(object));
  }
  void set_level(const std::string& level) { config()["data"]["LEVEL"] = level; }
  void set_password(const std::string& password) {
    secret()["data"]["password"] = to_base64(password);
  }

  static std::string said(const Result<Planned>& made) {
    if (!made) return made.error().message;
    const auto* idle = std::get_if<NothingToDo>(&*made);
    return idle != nullptr ? idle->speech : std::get<ChangePlan>(*made).summary;
  }
  static std::string all_of(const Result<Planned>& made) {
    if (!made) return made.error().message;
    const auto& plan = std::get<ChangePlan>(*made);
    return plan.summary + plan.preview.dump() + plan.arguments.dump() + plan.details.dump() +
           plan.target + plan.version;
  }
  Result<ChangeResult> execute(const Result<Planned>& made, std::string checkpoint = {},
                               Language language = Language::zh) {
    Approved approved = approve(std::get<ChangePlan>(made.value()));
    approved.checkpoint = std::move(checkpoint);
    return run(execute_change(ports, scene(language), std::move(approved)));
  }
  // The last change that can be taken back, or that one.
  Result<ChangeResult> undo(std::optional<std::int64_t> number = {}) {
    auto kept = run(find_checkpoint(ports, scene().user, number));
    if (!kept) return fail(kept.error());
    auto planned = run(plan_undo(ports, scene(), *kept, false));
    if (!planned) return fail(planned.error());
    if (const auto* idle = std::get_if<NothingToDo>(&*planned)) {
      return fail(Errc::not_found, idle->speech);
    }
    return execute(planned);
  }
  std::size_t count_writes() const { return cluster->writes.size(); }

  GoodState good;
};

}  // namespace mtc::clusters
