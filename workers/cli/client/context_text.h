// What `argosy context` prints of the report that a step of an agent left (agent/context). Pure, any thread.
#pragma once

#include <string>

#include "common/core/json.h"

namespace argosy::cli {

// A line for each piece, with the reason for it, then those for what was left out.
std::string context_text(const json::Value& report);

}  // namespace argosy::cli
