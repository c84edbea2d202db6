// A JSON file that people write, with the line of each of its values: so that a complaint about it
// can say where to look.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace mtc {

class JsonLines {
 public:
  // Errc::invalid_argument with the line if it is not JSON; a name that an object has twice is
  // refused as well: one of the two would be without effect.
  static Result<JsonLines> of(std::string_view text);

  const Json& json() const { return json_; }

  // Of the value at that JSON pointer ("/business/3/weight"), from 1: a member's is that of its
  // name. Of what is missing: the nearest parent's that is there.
  int line_of(std::string_view pointer) const;

  // Errc::invalid_argument: "alert_rules.json: line 12: business[3].weight: at most 100, not 120".
  Error error_at(std::string_view file, std::string_view pointer, std::string_view what) const;

 private:
  Json json_;
  std::map<std::string, int, std::less<>> lines_;  // by pointer
};

// "/business/3/weight" as people write it: "business[3].weight"; empty for the whole.
std::string path_of_pointer(std::string_view pointer);

// A name as a step of a pointer: '~' and '/' are escaped.
std::string pointer_step(std::string_view name);

}  // namespace mtc
