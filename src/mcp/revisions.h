// The published revisions of the protocol, oldest first, and what each of them knows.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace mtc::mcp {

enum class Revision {
  v2024_11_05,
  v2025_03_26,
  v2025_06_18,
  v2025_11_25,
  v2026_07_28,
};

inline constexpr std::array kRevisions{Revision::v2024_11_05, Revision::v2025_03_26,
                                       Revision::v2025_06_18, Revision::v2025_11_25,
                                       Revision::v2026_07_28};
// What `initialize` settles on when the client asks for something unknown.
inline constexpr Revision kNewestLegacy = Revision::v2025_11_25;
// What an HTTP request without session and without MCP-Protocol-Version is taken for.
inline constexpr Revision kAssumedLegacy = Revision::v2025_03_26;
inline constexpr Revision kModern = Revision::v2026_07_28;

std::string_view text_of(Revision revision);  // "2025-06-18"
std::optional<Revision> parse_revision(std::string_view text);

// Stateless requests that carry their version in `_meta`; all others open with `initialize`.
constexpr bool is_modern(Revision r) {
  return r >= Revision::v2026_07_28;
}
constexpr bool has_batches(Revision r) {
  return r == Revision::v2025_03_26;
}
constexpr bool has_annotations(Revision r) {
  return r >= Revision::v2025_03_26;
}
constexpr bool has_audio(Revision r) {
  return r >= Revision::v2025_03_26;
}
constexpr bool has_progress_message(Revision r) {
  return r >= Revision::v2025_03_26;
}
// title, resource_link and _meta on what is listed
constexpr bool has_titles(Revision r) {
  return r >= Revision::v2025_06_18;
}
// outputSchema, structuredContent
constexpr bool has_structured_content(Revision r) {
  return r >= Revision::v2025_06_18;
}
// Before, structuredContent is an object; since, any JSON.
constexpr bool has_any_structured_content(Revision r) {
  return r >= Revision::v2026_07_28;
}

// A stream begins with an event that has an id and no data, so that it can be resumed from there;
// clients of older revisions take empty data for a broken message.
constexpr bool has_priming_events(Revision r) {
  return r == Revision::v2025_11_25;
}

}  // namespace mtc::mcp
