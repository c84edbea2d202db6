#include "emulator/kubernetes/selectors.h"

#include <gtest/gtest.h>

namespace mtc::emulator::kubernetes {
namespace {

Json labelled(const char* labels) {
  return {{"metadata", {{"labels", Json::parse(labels)}}}};
}

TEST(LabelSelector, MatchesAsTheApiDoes) {
  const auto cart = labelled(R"({"app": "cart", "env": "prod", "weight": "5", "blank": ""})");
  const struct {
    const char* selector;
    bool matches;
  } cases[] = {
      {"", true},
      {"app=cart", true},
      {"app==cart", true},
      {"app=pay", false},
      {"app!=pay", true},
      {"nothing!=x", true},
      {"app=cart,env=test", false},
      {"env in (prod, test)", true},
      {"env in (test)", false},
      {"env notin (test,dev)", true},
      {"nothing notin (x)", true},
      {"app", true},
      {"!app", false},
      {"!canary", true},
      {"! canary , app = cart", true},
      {"weight>4", true},
      {"weight<5", false},
      {"blank=", true},
      {"app=", false},
      {"blank in (,x)", true},
      {"in in (x)", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.selector);
    const auto selector = LabelSelector::parse(c.selector);
    ASSERT_TRUE(selector) << selector.error().message;
    EXPECT_EQ(selector->matches(cart), c.matches);
  }
}

TEST(LabelSelector, RefusesNonsenseWith400) {
  for (const auto* text :
       {"=x", "app=(x)", "app in x", "app in (x", "app=a b", "app,", "a b", "app=bad value!",
        "-app", "weight>x", "a/b/c", "app in (x y)", "!", "app===x"}) {
    const auto selector = LabelSelector::parse(text);
    ASSERT_FALSE(selector) << text;
    EXPECT_EQ(selector.error().code, 400);
    EXPECT_TRUE(selector.error().message.starts_with("unable to parse requirement: "));
  }
}

TEST(LabelSelector, ReadsTheObjectForm) {
  const auto selector = LabelSelector::from_json(Json::parse(
      R"({"matchLabels": {"app": "cart"}, "matchExpressions": [
          {"key": "env", "operator": "In", "values": ["prod", "a"]},
          {"key": "canary", "operator": "DoesNotExist"}]})"));
  ASSERT_TRUE(selector);
  EXPECT_TRUE(selector->matches(labelled(R"({"app": "cart", "env": "prod"})")));
  EXPECT_FALSE(selector->matches(labelled(R"({"app": "cart", "env": "prod", "canary": "1"})")));
  EXPECT_EQ(selector->text(), "app=cart,!canary,env in (a,prod)");
  EXPECT_FALSE(LabelSelector::from_json(Json::parse(R"({"matchExpressions": [
      {"key": "env", "operator": "In"}]})")));
  EXPECT_FALSE(LabelSelector::from_json(Json::parse(R"({"matchExpressions": [
      {"key": "env", "operator": "Is", "values": ["x"]}]})")));
}

TEST(LabelSelector, TellsNothingFromEverything) {
  const auto cart = labelled(R"({"app": "cart"})");
  EXPECT_FALSE(LabelSelector::from_json(nullptr)->matches(cart));
  EXPECT_TRUE(LabelSelector::from_json(Json::object())->matches(cart));
}

TEST(FieldSelector, MatchesWhatTheKindOffers) {
  const auto pod = Json::parse(R"({"metadata": {"name": "p", "namespace": "shop"},
      "spec": {"nodeName": "n1"}, "status": {"phase": "Running"}})");
  const auto& kind = *find_kind("v1", "Pod");
  const struct {
    const char* selector;
    bool matches;
  } cases[] = {{"", true},
               {"metadata.name=p", true},
               {"metadata.name!=p", false},
               {"status.phase==Running,spec.nodeName=n1", true},
               {"status.phase!=Running", false},
               {"spec.nodeName=", false},
               {"status.podIP=", true},
               {"spec.hostNetwork=false", true}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.selector);
    const auto selector = FieldSelector::parse(c.selector, kind);
    ASSERT_TRUE(selector) << selector.error().message;
    EXPECT_EQ(selector->matches(pod), c.matches);
  }
}

TEST(FieldSelector, RefusesOtherFields) {
  EXPECT_EQ(FieldSelector::parse("spec.image=x", *find_kind("v1", "Pod")).error().message,
            "field label not supported: spec.image");
  EXPECT_EQ(
      FieldSelector::parse("spec.x=1", *find_kind("apps/v1", "Deployment")).error().message,
      R"("spec.x" is not a known field selector: only "metadata.name", "metadata.namespace")");
  EXPECT_EQ(FieldSelector::parse("metadata.name", *find_kind("v1", "Pod")).error().code, 400);
  EXPECT_EQ(FieldSelector::parse("metadata.name=a=b", *find_kind("v1", "Pod")).error().code, 400);
  EXPECT_EQ(FieldSelector::parse("metadata.namespace=x", *find_kind("v1", "Node")).error().code,
            400);
}

TEST(FieldSelector, HidesSignsBehindBackslashes) {
  const auto selector = FieldSelector::parse(R"(reason=a\,b\=c\\)", *find_kind("v1", "Event"));
  ASSERT_TRUE(selector);
  EXPECT_TRUE(selector->matches({{"reason", R"(a,b=c\)"}}));
  EXPECT_FALSE(FieldSelector::parse(R"(reason=a\b)", *find_kind("v1", "Event")));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
