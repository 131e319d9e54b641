#include "common/llm/route/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/config/spelling.h"
#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::array<std::string_view, kCallKinds.size()> kKindNames{"intent",  "plan",           "edit",     "review",
                                                                     "summary", "commit_message", "embedding"};
constexpr std::array<std::string_view, kComplexities.size()> kComplexityNames{"low", "normal", "high"};
constexpr std::size_t kLongestShown = 60;

}  // namespace

std::string_view to_string(CallKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::string_view to_string(Complexity complexity) { return kComplexityNames[static_cast<std::size_t>(complexity)]; }

std::optional<Complexity> complexity_from_string(std::string_view text) {
  const auto hit = std::ranges::find(kComplexityNames, text);
  return hit == kComplexityNames.end() ? std::nullopt : std::optional(static_cast<Complexity>(hit - kComplexityNames.begin()));
}

Result<std::optional<CallKind>> call_kind(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto hit = std::ranges::find(kKindNames, text);
  if (hit != kKindNames.end()) return static_cast<CallKind>(hit - kKindNames.begin());
  const auto shown = text::ellipsize(text::to_utf8(text), kLongestShown);
  const std::vector<std::string> known(kKindNames.begin(), kKindNames.end());
  return fail_user("call_kind_unknown",
                   fmt::format("there is no kind of call \"{}\"; did you mean \"{}\"?", shown, config::nearest_of(shown, known)),
                   fmt::format("it is one of: {}", fmt::join(kKindNames, " ")));
}

}  // namespace argosy::llm
