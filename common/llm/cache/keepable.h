// Which answers are kept, and what is left of one that is given to another question. Pure, any thread.
#pragma once

#include "common/llm/call/model.h"

namespace argosy::llm {

// A whole answer of a model, to its natural end or to calls of tools that can be used.
bool is_keepable(const CallResult& result);
// It can be the answer to something else that is alike: a text, and no calls.
bool is_transferable(const Answer& answer);
// It holds what looks like a secret or like a person's data. Such an answer is not kept at all: what is stored in the clear would be seen
// by others than its asker, and with masks in it, it would be another answer.
bool holds_secrets(const Answer& answer);

}  // namespace argosy::llm
