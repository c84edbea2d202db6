#include "domain/clusters/change_target.h"
#include "domain/clusters/config_change.h"
#include "services/basic/cluster_change_tools.h"

namespace mtc::services {
namespace {

constexpr std::string_view kValue = "value";                   // the question's key, and its field
constexpr std::string_view kSealPlace = "update_config/form";  // of the value between two rounds

struct ConfigArgs {
  std::string kind, name, ns, key, cluster;
  std::optional<std::string> value;
};

bool is_secret(const ConfigArgs& args) {
  return args.kind == "secret";
}

Error cannot_speak(Language language) {
  return {
      .code = Errc::invalid_argument,
      .message = language == Language::zh
                     ? "密钥的值不能用语音说，也不经过对话。请在控制台或者桌面客户端里改。"
                     : "A Secret's value is not taken by voice. Set it in the console or from a "
                       "desktop client."};
}

Error no_value(const ConfigArgs& args, Language language) {
  if (is_secret(args)) {
    return {
        .code = Errc::invalid_argument,
        .message = language == Language::zh
                       ? "还缺密钥的新值，这里没法安全地问你。请在控制台或者桌面客户端里改。"
                       : "The new value is missing and there is no safe way to ask for it here. "
                         "Set it in the console or from a desktop client."};
  }
  return {.code = Errc::invalid_argument,
          .message = language == Language::zh ? "要改成什么？请把新的内容也说一遍。"
                                              : "Set it to what? Say the new value as well."};
}

mcp::NeedInput ask_value(const ConfigArgs& args, Language language) {
  const bool zh = language == Language::zh;
  const std::string message =
      zh ? "请输入 " + args.name + " 里 " + args.key + " 的新值。它不会显示在对话里。"
         : "Enter the new value of " + args.key + " in " + args.name +
               ". It is not shown anywhere.";
  Json field{{"type", "string"}, {"title", zh ? "新的值" : "New value"}};
  mcp::NeedInput need;
  need.questions.push_back(mcp::ask_person(
      std::string(kValue), message,
      {{"type", "object"}, {"properties", {{kValue, std::move(field)}}}, {"required", {kValue}}}));
  need.state = {{"asked", "value"}};
  return need;
}

// What has become clear in the rounds so far; a reply or a question where it is not.
struct Heard {
  std::optional<std::string> value;
  bool by_form = false;  // then it has to be kept for the next round
  std::optional<mcp::Outcome> answer;
};

Heard hear(const ClusterChangePorts& ports, const ConfigArgs& args, const mcp::CallContext& context,
           Language language) {
  const Json state = context.state.is_object() ? context.state : Json::object();
  if (const auto sealed = string_or(state, kValue); !sealed.empty()) {
    auto value = ports.changes.cipher.open(sealed, kSealPlace);
    if (!value) return {.answer = refused(value.error(), language)};
    return {.value = std::move(*value), .by_form = true, .answer = {}};
  }
  if (string_or(state, "asked") == kValue) {
    const auto it = context.answers.find(kValue);
    const Json answer = it == context.answers.end() ? Json::object() : it->second;
    const Json& content = object_or_empty(answer, "content");
    if (string_or(answer, "action") == "accept" && content.contains(kValue)) {
      return {.value = string_or(content, kValue), .by_form = true, .answer = {}};
    }
    mcp::Reply reply;
    reply.speech = language == Language::zh ? "好的，没有执行。" : "All right, nothing was done.";
    reply.data = {{"speech", reply.speech}};
    return {.answer = std::move(reply)};
  }
  if (args.value && is_secret(args) && context.voice) {
    return {.answer = refused(cannot_speak(language), language)};
  }
  if (args.value) return {.value = args.value, .answer = {}};
  if (context.can_ask && context.client.form_elicitation) {
    return {.answer = ask_value(args, language)};
  }
  return {.answer = refused(no_value(args, language), language)};
}

// guarded_change has a state of its own; the value that was typed travels beside it, sealed.
mcp::Outcome keep_value(const ClusterChangePorts& ports, mcp::Outcome outcome,
                        const std::string& value) {
  if (auto* need = std::get_if<mcp::NeedInput>(&outcome)) {
    need->state = {{"guard", std::move(need->state)},
                   {kValue, ports.changes.cipher.seal(value, kSealPlace)}};
  }
  return outcome;
}

Async<Result<mcp::Outcome>> update(ClusterChangePorts ports, ConfigArgs args,
                                   mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  Heard heard = hear(ports, args, context, who->user.language);
  if (heard.answer) co_return std::move(*heard.answer);
  auto scene = co_await ports.places.open(who->user, {.name = args.cluster, .region = ""});
  if (!scene) co_return refused(scene.error(), who->user.language);
  auto object = co_await clusters::find_config(*scene, is_secret(args) ? "Secret" : "ConfigMap",
                                               {.name = args.name, .ns = args.ns});
  if (!object) co_return refused(object.error(), who->user.language);
  auto planned = co_await clusters::plan_config(
      ports.changes, *scene, {.object = *object, .key = args.key, .value = *heard.value});
  if (heard.by_form) {
    Json guard = context.state.value("guard", Json(nullptr));
    context.state = std::move(guard);
  }
  auto outcome = co_await propose(ports, std::move(*who), std::move(context), std::move(*scene),
                                  std::move(planned));
  if (!outcome || !heard.by_form) co_return outcome;
  co_return keep_value(ports, std::move(*outcome), *heard.value);
}

}  // namespace

mcp::Tool update_config_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<ConfigArgs>(
      {.name = "update_config",
       .title = "Change a configuration entry",
       .description =
           "Set one entry of a ConfigMap or Secret (改配置, 改配置项, 换密码). Leave out a "
           "Secret's value: the person is asked for it.",
       .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .fields = {field("kind", &ConfigArgs::kind, "configmap (配置) or secret (密钥)",
                        {.choices = {"configmap", "secret"}}),
                  field("name", &ConfigArgs::name, "Name of the ConfigMap or Secret",
                        {.max_length = 253}),
                  field("key", &ConfigArgs::key, "Which entry, log_level", {.max_length = 253}),
                  field("value", &ConfigArgs::value,
                        "The new value; left out for a Secret, as the person is asked for it",
                        {.required = false, .max_length = std::size_t{1} << 20}),
                  field("namespace", &ConfigArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253}),
                  field("cluster", &ConfigArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200})},
       .output_schema = change_schema(),
       .dialogue = [ports](ConfigArgs args, mcp::CallContext context) {
         return update(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
