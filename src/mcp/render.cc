#include "mcp/render.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/characters.h"
#include "base/encoding.h"
#include "base/text.h"
#include "mcp/json_rpc.h"

namespace mtc::mcp {
namespace {

void append_text(std::string& out, std::string_view text) {
  out += R"({"type":"text","text":)";
  append_json_string(out, text);
  out += "}";
}

void append_picture(std::string& out, const Picture& picture) {
  if (!picture.description.empty()) {
    out += ",";
    append_text(out, picture.description);
  }
  out += R"(,{"type":"image","mimeType":)";
  append_json_string(out, picture.mime_type);
  out.append(R"(,"data":")").append(to_base64(picture.bytes)).append("\"}");
}

void append_sound(std::string& out, const Sound& sound) {
  out += R"(,{"type":"audio","mimeType":)";
  append_json_string(out, sound.mime_type);
  out.append(R"(,"data":")").append(to_base64(sound.bytes)).append("\"}");
}

// Clients that know no links are told of them in words.
void append_link(std::string& out, const ResourceLink& link, Revision revision) {
  out += ",";
  if (!has_titles(revision)) {
    append_text(out, (link.title.empty() ? link.name : link.title) + ": " + link.uri);
    return;
  }
  Json json{{"type", "resource_link"}, {"uri", link.uri}, {"name", link.name}};
  if (!link.title.empty()) json["title"] = link.title;
  if (!link.mime_type.empty()) json["mimeType"] = link.mime_type;
  out += dump_json(json);
}

void append_embedded(std::string& out, const ResourceContents& contents) {
  out += ",";
  out += dump_json({{"type", "resource"}, {"resource", describe_contents(contents)}});
}

std::string_view advice_for(Errc code) {
  switch (code) {
    case Errc::invalid_argument:
      return "correct the arguments and call again";
    case Errc::unauthenticated:
      return "sign in and call again";
    case Errc::denied:
      return "ask somebody who may do this";
    case Errc::not_found:
      return "look up what there is and call again";
    case Errc::conflict:
      return "look at the present state before trying again";
    case Errc::rate_limited:
      return "wait a moment and call again";
    case Errc::resource_exhausted:
      return "ask for less, or free some room";
    case Errc::unavailable:
      return "try again in a moment";
    case Errc::timed_out:
      return "try again, or ask for less";
    case Errc::cancelled:
      return "call again if it is still wanted";
    case Errc::internal:
      return "the server's log says more";
  }
  return "";
}

}  // namespace

std::string render_reply(const Reply& reply, const Tool& tool, Revision revision) {
  const bool has_data = !reply.data.is_null() && !(reply.data.is_object() && reply.data.empty());
  const bool structured = has_structured_content(revision) &&
                          (reply.data.is_object() || has_any_structured_content(revision)) &&
                          (has_data || !tool.output_schema.is_null());
  const std::string data = has_data || structured ? dump_json(reply.data) : std::string{};
  std::string out;
  out.reserve(reply.speech.size() + data.size() + 96);
  out += R"("content":[)";
  if (!reply.speech.empty()) {
    append_text(out, reply.speech);
  } else {
    append_text(out, has_data ? data : "Done.");
  }
  if (has_data && !structured && !reply.speech.empty()) {
    out += ",";
    append_text(out, data);
  }
  for (const auto& picture : reply.pictures) append_picture(out, picture);
  if (has_audio(revision)) {
    for (const auto& sound : reply.sounds) append_sound(out, sound);
  }
  for (const auto& link : reply.links) append_link(out, link, revision);
  for (const auto& contents : reply.embedded) append_embedded(out, contents);
  out += "]";
  if (reply.is_error) out += R"(,"isError":true)";
  if (structured) out.append(R"(,"structuredContent":)").append(data);
  return out;
}

Json describe_contents(const ResourceContents& contents) {
  Json out{{"uri", contents.uri}};
  if (!contents.mime_type.empty()) out["mimeType"] = contents.mime_type;
  if (contents.bytes) {
    out["blob"] = to_base64(*contents.bytes);
  } else {
    out["text"] = contents.text;
  }
  if (!contents.meta.is_null()) out["_meta"] = contents.meta;
  return out;
}

std::string render_failure(std::string_view text) {
  std::string out = R"("content":[)";
  append_text(out, text);
  return out + R"(],"isError":true)";
}

void log_failure(const Error& error) {
  if (error.code == Errc::internal) spdlog::error("mcp: {}", shorten_bytes(error.message, 1000));
}

std::string describe_failure(const Error& error) {
  std::string message = error.message.empty() ? std::string(name_of(error.code)) : error.message;
  // The advice is English: a sentence in another language brings its own.
  if (message.contains(" — ") || !std::ranges::all_of(message, is_ascii)) return message;
  return message + " — " + std::string(advice_for(error.code));
}

Answer failure_answer(const RequestId& id, const Error& error) {
  log_failure(error);
  return error_answer(id, rpc::kInternalError, describe_failure(error));
}

}  // namespace mtc::mcp
