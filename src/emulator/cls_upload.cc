// UploadLog: binary body, everything else in headers.
#include "emulator/action_table.h"

namespace mtc::emulator {
namespace {

ApiResult<std::string> upload_log(Call& call) {
  const auto& request = call.request;
  const auto topic_id = request.header("X-CLS-TopicId");
  if (topic_id.empty()) return refuse("MissingParameter", "The request is missing `X-CLS-TopicId`");
  const auto topic = call.cloud.topic(call.owner, topic_id);
  if (!topic) return std::unexpected(topic.error());
  const auto body = decompress_upload(request.body, request.header("X-CLS-CompressType"));
  if (!body) return std::unexpected(body.error());
  if (auto count = call.cloud.upload(**topic, *body); !count) return std::unexpected(count.error());
  return std::string();
}

}  // namespace

void add_cls_upload_actions(ActionTable& table) {
  table.add({.service = "cls",
             .version = kClsVersion,
             .name = "UploadLog",
             .handler = upload_log,
             .binary = true});
}

}  // namespace mtc::emulator
