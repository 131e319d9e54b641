// Whether a model can take a call at all, and what is in the way. Used by route.cc. Pure, any thread.
#pragma once

#include <string>

#include "common/llm/route/route.h"

namespace argosy::llm {

enum class Obstacle : std::uint8_t {
  lasting,  // for this call, whatever happens
  context,  // the conversation is too long
  breaker,  // for a while
};
struct Refusal {
  Obstacle obstacle;
  std::string why;  // of several obstacles the one that lasts longest
};
// `rule`: null where none decides.
std::optional<Refusal> refusal_of(const ModelEntry& model, const Need& need, const RouteRule* rule, const Conditions& conditions);

const Lately& lately_of(const ModelEntry& model, const Conditions& conditions);
// Null: no check of this model is known.
const CheckReport* check_of(const ModelEntry& model, const Conditions& conditions);
// What a check found to fail; null: nothing of the kind.
const Finding* failing(const CheckReport* check, Ability ability);

// What the call costs at most, at list prices; nothing: not known.
std::optional<NanoUsd> most_of(const ModelEntry& model, const Need& need);

}  // namespace argosy::llm
