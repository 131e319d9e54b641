#include "common/llm/conversation.h"

#include <array>

#include "common/llm/api.h"

namespace argosy::llm {
namespace {

constexpr std::array<std::string_view, 7> kReasons{"end_turn", "tool_use",       "max_tokens", "stop_sequence",
                                                   "refusal",  "content_filter", "error"};
constexpr std::array<std::string_view, 4> kApis{"openai-chat", "openai-responses", "anthropic", "ollama"};

template <class Enum, std::size_t N>
std::optional<Enum> from(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(StopReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }
std::optional<StopReason> stop_reason_from_string(std::string_view text) { return from<StopReason>(kReasons, text); }

std::string_view to_string(Api api) { return kApis[static_cast<std::size_t>(api)]; }
std::optional<Api> api_from_string(std::string_view text) { return from<Api>(kApis, text); }

}  // namespace argosy::llm
