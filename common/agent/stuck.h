// Whether an agent goes in circles. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::agent {

struct Action {
  std::string tool;
  std::string arguments;  // JSON, keys sorted
};
struct Observation {
  std::string output;
  std::optional<int> exit_code{};
  std::string error{};
};
// One thing of a recorded history: an action and what came of it (either may be missing), or a message.
struct Happening {
  std::optional<Action> action{};
  std::optional<Observation> observation{};
  std::string role{}, text{};  // of a message: assistant, user, system
  bool changed_files = false;  // the action left the files otherwise than they were
};

enum class StuckKind : std::uint8_t { same_result, same_error, alternating, monologue, no_progress, repeated_text, context_errors };
std::string_view to_string(StuckKind kind);

// Judges the end of a history. A user's message is neither progress nor a loop.
std::optional<StuckKind> stuck(std::span<const Happening> history);

// [{"action":{"tool","arguments"},"observation":{"output","exit_code","error"}}, {"message":{"role","text"}}], oldest first. Errors (B).
Result<std::vector<Happening>> history_from(std::string_view json_text);

}  // namespace argosy::agent
