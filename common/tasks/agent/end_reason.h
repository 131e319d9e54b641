// Why the work of a task or of an agent has ended, in a word that programs may rely on. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace argosy::tasks {

enum class EndReason : std::uint8_t { completed, budget, iterations, stuck, refused, needs_user, gate, timeout, cancelled, error };
std::string_view to_string(EndReason reason);
std::optional<EndReason> end_reason_from_string(std::string_view text);

}  // namespace argosy::tasks
