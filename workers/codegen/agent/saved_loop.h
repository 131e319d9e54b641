// A loop on its way through a crash: what it knows, and the events of its step that nobody was told yet. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/agent/loop.h"
#include "common/tasks/events.h"

namespace argosy::codegen {

struct SavedLoop {
  agent::LoopState state;
  std::vector<tasks::NewEvent> untold;  // a finish tells them; who goes on with the same step says them again
};

std::string saved(const agent::LoopState& state, const std::vector<tasks::NewEvent>& untold);
// Errors (B): agent_state_invalid.
Result<SavedLoop> saved_loop_from(std::string_view bytes);

}  // namespace argosy::codegen
