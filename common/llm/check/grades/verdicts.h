// Words that the grades have in common. Internal to the folder; pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/llm/check/report.h"
#include "common/llm/conversation.h"
#include "common/llm/faults/fault.h"

namespace argosy::llm {

inline constexpr std::string_view kNoTools = "take tools out of `can` in models.yaml";

Verdict weak(std::string why);
Verdict fails(std::string why, std::string_view what_to_do);
// By the fault's own hint; what passes with time asks for another check; else `what_to_do`. Whether it was the model is told with it.
Verdict failed(const Fault& fault, std::string_view what_to_do = "see what the server says");

bool says(const Answer& answer, std::string_view word);   // whatever its case
bool alone(const Answer& answer, std::string_view word);  // and nothing else but marks
std::string shown(std::string_view text);                 // short, for one line
std::string said_instead(const Answer& answer, std::string_view word);

// Why a call of kTool cannot be made.
std::optional<std::string> broken(const ToolCall& call);
std::int64_t part_of(const ToolCall& call);  // 0: none

}  // namespace argosy::llm
