// What a handler answers. It knows nothing of revisions: each transport renders it for its client.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace mtc::mcp {

struct Picture {
  std::string bytes;
  std::string mime_type = "image/png";
  std::string description;
};

struct Sound {
  std::string bytes;
  std::string mime_type = "audio/wav";
};

// Something the client may read by resources/read.
struct ResourceLink {
  std::string uri;
  std::string name;
  std::string title;
  std::string mime_type;
};

struct ResourceContents {
  std::string uri;
  std::string mime_type = "text/plain";
  std::string text;
  std::optional<std::string> bytes;  // set: binary, and `text` is not used
  Json meta = nullptr;               // "_meta"
};

struct Reply {
  std::string speech;  // for the ear: whole sentences, never empty, at most about 300 characters
  Json data = Json::object();  // the same in full, for clients that read (structuredContent)
  std::vector<Picture> pictures;
  std::vector<Sound> sounds;
  std::vector<ResourceLink> links;
  std::vector<ResourceContents> embedded;
  bool is_error = false;  // the tool ran and its answer says that it failed
};

// Something only the client can answer: its person, its model, its roots.
struct Question {
  std::string key;     // ours; names the answer
  std::string method;  // "elicitation/create", "sampling/createMessage" or "roots/list"
  Json params = Json::object();
  bool required = true;  // false: left out where the client cannot answer it
};

// The handler needs answers first and is called again with them. What it has learned so far goes
// into `state`, which comes back unchanged: sealed, bound to principal and request, and usable
// once.
struct NeedInput {
  std::vector<Question> questions;
  Json state = nullptr;  // null: nothing to remember
};

// The handler is about to do something long: it is called again with `background` set, in a task
// where there are tasks.
struct LongWork {
  Json state = nullptr;
  std::string message;  // what will be done, for the ear
};

using Outcome = std::variant<Reply, NeedInput, LongWork>;

// A form question for the person.
Question ask_person(std::string key, std::string message, Json schema);

// Whether that person agreed: accepted, and `field` of the form is true.
bool is_confirmed(const Json& answer, std::string_view field);

}  // namespace mtc::mcp
