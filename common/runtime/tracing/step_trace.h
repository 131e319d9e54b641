// What the worker loop tells of a step whose task is traced:
//
//   process argosy.<queue>.<lane>   consumer; from the claim to the end of the finish, linked to the dispatch that named the step
//     claim, finish                 the calls of Postgres
//     run <kind>                    the handler's time; what it does (models, sandboxes, git, webhooks) hangs below
//     send argosy.<queue>.<lane>    the dispatches of what it made ready (common/broker)
//
// Used by the loop's threads, one after the other for each step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/store/moves.h"
#include "common/telemetry/tracing/tracing.h"

namespace argosy::runtime {

struct StepTrace {
  telemetry::TraceContext process, run;
  std::string parent;  // of `process`: the request's span
  std::int64_t claim_began = 0, run_began = 0;
  std::optional<telemetry::TraceContext> announced;  // the dispatch; nothing: a datagram was sooner
};

// Nothing: nobody wants to know. `claim_began`: by telemetry::trace_clock().
std::unique_ptr<StepTrace> trace_of(const store::ClaimedStep& step, std::int64_t claim_began, std::size_t claimed_together,
                                    std::string_view announced);
void trace_run(const StepTrace& trace, const store::ClaimedStep& step, const Error* error);
// The step is over for this process. `outcome` is a word; `error` null: none.
void trace_end(const StepTrace& trace, const store::ClaimedStep& step, std::string_view outcome, const Error* error);

// A call of Postgres under that span that has just ended.
void trace_move(const telemetry::TraceContext& parent, std::string_view move, std::int64_t began, std::size_t batch,
                const Error* error = nullptr);

}  // namespace argosy::runtime
