// An answer as JSON for scripts: what `argosy tool parse-stream` prints. Pure, any thread.
#pragma once

#include <string>

#include "common/llm/conversation.h"

namespace argosy::llm {

// {text, thinking, tool_calls: [{id, name, arguments}], stop_reason, usage: {input, output, cached, reasoning}, complete, error}. thinking
// is one string; arguments is the object as the model wrote it, else the string that came; figures that are not known and no error are
// null.
std::string answer_json(const Answer& answer);

}  // namespace argosy::llm
