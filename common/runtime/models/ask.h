// A handler asks a model and waits for the answer, as long as its step goes on. Used by handlers; any thread but that of all streams.
#pragma once

#include "common/llm/call/model.h"
#include "common/runtime/handler.h"

namespace argosy::runtime {

// Who pays, whose turn it takes and what it is about, of a call that `step` makes; kind, role and prompt are the caller's.
llm::CallOptions call_options(const Step& step);

// Ends the call when the step is cancelled, and logs who was asked. Errors: those of the faults.
Result<llm::Answer> ask(llm::Model& model, llm::Request request, llm::CallOptions options, StepContext& context);

}  // namespace argosy::runtime
