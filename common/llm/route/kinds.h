// What a call is for, and how hard it looks: by these a route is chosen, a prompt found, an answer kept. Values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/error.h"

namespace argosy::llm {

enum class CallKind : std::uint8_t { intent, plan, edit, review, summary, commit_message, embedding };
inline constexpr std::array kCallKinds{CallKind::intent,  CallKind::plan,           CallKind::edit,     CallKind::review,
                                       CallKind::summary, CallKind::commit_message, CallKind::embedding};

// How hard what is asked for looks, by whoever asks.
enum class Complexity : std::uint8_t { low, normal, high };
inline constexpr std::array kComplexities{Complexity::low, Complexity::normal, Complexity::high};

std::string_view to_string(CallKind kind);
std::string_view to_string(Complexity complexity);
std::optional<Complexity> complexity_from_string(std::string_view text);

// Nothing for an empty text: whoever asks did not say. Error (B): call_kind_unknown, with the nearest one.
Result<std::optional<CallKind>> call_kind(std::string_view text);

}  // namespace argosy::llm
