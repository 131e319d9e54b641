// Every vendor's words for why an answer ended. Internal to the folder; pure.
#pragma once

#include <optional>
#include <string_view>

#include "common/llm/conversation.h"

namespace argosy::llm {

// Of any vendor and dialect: their words do not contradict each other. Case does not matter.
std::optional<StopReason> stop_reason_of(std::string_view word);

}  // namespace argosy::llm
