#include "common/llm/wire/stop_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

struct Word {
  std::string_view word;
  StopReason reason;
};

constexpr auto kWords = std::to_array<Word>({
    {"stop", StopReason::end_turn},
    {"end_turn", StopReason::end_turn},
    {"eos", StopReason::end_turn},
    {"eos_token", StopReason::end_turn},
    {"eod", StopReason::end_turn},
    {"complete", StopReason::end_turn},
    {"completed", StopReason::end_turn},
    {"finish", StopReason::end_turn},
    {"end", StopReason::end_turn},
    {"pause_turn", StopReason::end_turn},  // a tool of the server's own runs long; we offer none
    {"load", StopReason::end_turn},        // Ollama loaded or dropped the model, and was asked nothing
    {"unload", StopReason::end_turn},
    {"tool_calls", StopReason::tool_use},
    {"tool_call", StopReason::tool_use},
    {"tool_use", StopReason::tool_use},
    {"function_call", StopReason::tool_use},
    {"function_calls", StopReason::tool_use},
    {"length", StopReason::max_tokens},
    {"max_tokens", StopReason::max_tokens},
    {"max_output_tokens", StopReason::max_tokens},
    {"max_completion_tokens", StopReason::max_tokens},
    {"model_length", StopReason::max_tokens},
    {"context_length", StopReason::max_tokens},
    {"limit", StopReason::max_tokens},
    {"model_context_window_exceeded", StopReason::max_tokens},
    {"stop_sequence", StopReason::stop_sequence},
    {"refusal", StopReason::refusal},
    {"content_filter", StopReason::content_filter},
    {"content_filtered", StopReason::content_filter},
    {"guardrail_intervened", StopReason::content_filter},
    {"safety", StopReason::content_filter},
    {"recitation", StopReason::content_filter},
    {"blocklist", StopReason::content_filter},
    {"prohibited_content", StopReason::content_filter},
    {"sensitive", StopReason::content_filter},
    {"error", StopReason::error},
    {"failed", StopReason::error},
    {"cancelled", StopReason::error},
    {"abort", StopReason::error},
    {"network_error", StopReason::error},
    {"malformed_function_call", StopReason::error},
    {"insufficient_system_resource", StopReason::error},
});

}  // namespace

std::optional<StopReason> stop_reason_of(std::string_view word) {
  const std::string lower = text::lower(word);
  const auto* hit = std::ranges::find(kWords, std::string_view(lower), &Word::word);
  return hit == kWords.end() ? std::nullopt : std::optional(hit->reason);
}

}  // namespace argosy::llm
