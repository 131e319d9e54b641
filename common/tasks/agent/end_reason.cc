#include "common/tasks/agent/end_reason.h"

#include <algorithm>
#include <array>

namespace argosy::tasks {
namespace {

constexpr std::array<std::string_view, 10> kNames{"completed",  "budget", "iterations", "stuck",     "refused",
                                                  "needs_user", "gate",   "timeout",    "cancelled", "error"};

}  // namespace

std::string_view to_string(EndReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

std::optional<EndReason> end_reason_from_string(std::string_view text) {
  const auto* const hit = std::ranges::find(kNames, text);
  if (hit == kNames.end()) return std::nullopt;
  return static_cast<EndReason>(hit - kNames.begin());
}

}  // namespace argosy::tasks
