// Makes a conversation fit into a context: the oldest exchanges go first, then the longest texts lose their middle. Never between the bytes
// of a character, never a call without its result or a result without its call, never a system message or what was asked first; and it says
// what is missing, to the caller and to the model. Pure, any thread.
#pragma once

#include <cstdint>

#include "common/core/error.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

// A conversation's bytes, as fit() counts them: its texts, and kBytesOfAPart for what stands around each.
inline constexpr std::int64_t kBytesOfAPart = 64;
std::int64_t bytes_of(const Message& message);
std::int64_t bytes_of(const Request& request);  // tools included

// Texts are not cut below this.
inline constexpr std::int64_t kLeastText = 512;

struct Missing {
  std::size_t messages = 0, tool_calls = 0;  // that went as a whole
  std::size_t cut_texts = 0;
  std::int64_t bytes = 0;  // of both
  bool operator==(const Missing&) const = default;
};
struct Fitted {
  Request request{};
  Missing missing{};
};
// Errors (B): context_too_long, when what must stay does not fit.
Result<Fitted> fit(Request request, std::int64_t max_bytes);

// "abc[... 4 bytes left out ...]xyz": at most `max_bytes` of a longer text, from both ends, cut between characters.
std::string cut_middle(std::string_view text, std::size_t max_bytes);

}  // namespace argosy::llm
