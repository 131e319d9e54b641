// Whether an agent goes in circles. Used by the loop and by `argosy tool stuck`. Pure, any thread.
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
  std::int64_t round = 0;      // the model's answer that it belongs to; 0: not known, each action is one of its own
};

enum class StuckKind : std::uint8_t { same_result, same_error, alternating, monologue, no_progress, repeated_text, context_errors };
std::string_view to_string(StuckKind kind);
std::optional<StuckKind> stuck_kind_from_string(std::string_view text);

// How often is too often. Results count as the same but for what changes by itself (core/text/lasting.h).
inline constexpr std::size_t kSameResults = 4;                        // one call with one result, on end
inline constexpr std::size_t kSameErrors = 3;                         // one call with one error, on end
inline constexpr std::size_t kSameErrorsOfAny = 5;                    // one error, whatever was called
inline constexpr std::size_t kUnansweredCalls = 5;                    // one call of which no result is recorded
inline constexpr std::size_t kAlternatingCalls = 6;                   // A-B-A-B-A-B, with their results
inline constexpr std::size_t kSameMessages = 3;                       // that say the same, without a call between them
inline constexpr std::size_t kMessagesOnEnd = 5;                      // of any content, without a call or a user's word
inline constexpr std::size_t kRoundsWithoutChange = 30;               // of the files, by an agent that may change them
inline constexpr std::size_t kCallsWithoutNews = 9;                   // each made before, with the same result: circles of any length
inline constexpr std::size_t kContextErrors = 10;                     // trimmed contexts with nothing between them
inline constexpr std::size_t kRepeatedPiece = 50, kRepetitions = 10;  // bytes, and how often they stand in one message

// Judges the end of a history. A user's message is neither progress nor a loop, nor is a trimmed context, which is a system message.
// `may_edit`: without it no change of the files is expected.
std::optional<StuckKind> stuck(std::span<const Happening> history, bool may_edit = true);

inline constexpr std::size_t kMaxHistoryBytes = 64u << 20;
// [{"action":{"tool","arguments"},"observation":{"output","exit_code","error"}}, {"message":{"role","text"}}], oldest first; unknown
// members pass, and `changed_files` follows from the tools' names. Errors (B): history_malformed, with the place; those of json::parse().
Result<std::vector<Happening>> history_from(std::string_view json_text);

}  // namespace argosy::agent
