#include "workers/codegen/agent/saved_loop.h"

#include "common/core/json.h"

namespace argosy::codegen {

// Two lines: the loop's is long, and so it is not read twice.
std::string saved(const agent::LoopState& state, const std::vector<tasks::NewEvent>& untold) {
  json::Array events;
  for (const auto& event : untold) events.push_back(json::Object{{"type", event.type}, {"data", event.data}});
  return json::dump(events) + "\n" + agent::to_json_text(state);
}

Result<SavedLoop> saved_loop_from(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const auto events = json::parse(bytes.substr(0, end));
  if (end == std::string_view::npos || !events || !events->is_array())
    return fail_user("agent_state_invalid", "a saved loop cannot be read", "roll the task back to an earlier step");
  SavedLoop loop;
  ARGOSY_TRY(loop.state, agent::loop_state_from(bytes.substr(end + 1)));
  for (const auto& event : events->as_array())
    loop.untold.push_back({.type = event.string_or("type", ""), .data = event.string_or("data", "{}")});
  return loop;
}

}  // namespace argosy::codegen
