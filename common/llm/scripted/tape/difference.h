// How much two recorded questions have in common, and where they part: what a person needs to see why a replay went another way. Used by
// Tape. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>

#include "common/core/json.h"

namespace argosy::llm {

// Larger for a nearer one: equal messages from the beginning count first, then all that is equal beside them.
std::size_t likeness(const json::Object& recorded, const json::Object& asked);

// "model small instead of big; message 3 (user) from byte 40 on: \"...\" instead of \"...\"". Both are questions of masked_question().
std::string difference(const json::Object& recorded, const json::Object& asked);

}  // namespace argosy::llm
