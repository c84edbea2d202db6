#include "adapters/tencent/log_upload.h"

#include <gtest/gtest.h>
#include <lz4.h>

#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "base/json.h"
#include "cls_log.pb.h"

namespace mtc::tencent {
namespace {

TEST(LogUpload, WritesTheBytesThatTheServicePublishes) {
  std::ifstream file(MTC_TC3_VECTORS, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Json upload = (*parse_json(text))["cls_upload"];
  const Json group = upload["decoded"]["logGroupList"][0];
  wire::LogGroupList list;
  auto& into = *list.add_log_groups();
  for (const Json& log : group["logs"]) {
    auto& out = *into.add_logs();
    out.set_time(log["time"].get<std::int64_t>());
    for (const Json& pair : log["contents"]) {
      auto& content = *out.add_contents();
      content.set_key(pair[0].get<std::string>());
      content.set_value(pair[1].get<std::string>());
    }
  }
  into.set_context_flow(group["contextFlow"].get<std::string>());
  into.set_filename(group["filename"].get<std::string>());
  into.set_source(group["source"].get<std::string>());
  for (const Json& pair : group["logTags"]) {
    auto& tag = *into.add_log_tags();
    tag.set_key(pair[0].get<std::string>());
    tag.set_value(pair[1].get<std::string>());
  }
  into.set_hostname(group["hostname"].get<std::string>());
  EXPECT_EQ(to_base64(list.SerializeAsString()), string_or(upload, "protobuf_base64"));

  const std::string block = *from_base64(string_or(upload, "lz4_block_base64"));
  std::string unpacked(4096, '\0');
  for (const std::string& packed : {block, lz4_block(list.SerializeAsString())}) {
    const int size =
        LZ4_decompress_safe(packed.data(), unpacked.data(), static_cast<int>(packed.size()), 4096);
    ASSERT_GT(size, 0);
    EXPECT_EQ(unpacked.substr(0, static_cast<std::size_t>(size)), list.SerializeAsString());
  }
}

TEST(LogUpload, KeepsAGroupBelowTheSizeLimit) {
  std::vector<logs::LogRecord> records(10, {.message = std::string(900'000, 'x')});
  const auto group = make_upload_group(records, 1, 1);
  EXPECT_GT(group.lines, 1U);
  EXPECT_LT(group.bytes.size(), 5U << 20U);
  records[0].message = std::string(3'000'000, 'x');  // cut to what one value may be
  EXPECT_LT(make_upload_group(std::span(records).first(1), 1, 1).bytes.size(), 1'100'000U);
}

}  // namespace
}  // namespace mtc::tencent
