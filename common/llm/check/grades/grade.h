// Decides by what came back how well a model does what was asked (check/questions.h). Used by the check. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "common/llm/call/model.h"
#include "common/llm/check/report.h"

namespace argosy::llm {

Verdict grade_plain(const CallResult& result);
Verdict grade_stream(const CallResult& result, std::size_t pieces);
Verdict grade_tool_call(const CallResult& result);
Verdict grade_two_calls(const CallResult& result);
Verdict grade_tool_result(const CallResult& result);
Verdict grade_schema(const CallResult& result);

// What a prompt can have of tokens, by our own count, and the most that was asked for.
struct UsageBounds {
  std::int64_t least_input = 0, most_input = 0, most_output = 0;
};
UsageBounds usage_bounds(const ModelEntry& entry, const Request& request, std::string_view body);
// `plain`: of an answer in one piece; null where that brought none. `streamed`: whether `result` came as a stream.
Verdict grade_usage(const CallResult& result, const UsageBounds& bounds, const CallResult* plain, bool streamed);

struct LongInput {
  std::int64_t tokens = 0;   // sent, by our count
  std::int64_t stated = 0;   // context_tokens
  bool is_measured = false;  // the count rests on what this model reported for another text
};
Verdict grade_long_input(const CallResult& result, const LongInput& sent);

// `left`: the call that was cancelled, `to_end` after that; `next`: the one after it.
Verdict grade_cancellation(const CallResult& left, std::chrono::milliseconds to_end, const CallResult& next);
// `wrong_key`: null where no key is sent.
Verdict grade_error_shape(const CallResult& unknown_model, const CallResult* wrong_key);

// No other question would be answered: nobody is there, or nobody lets us in.
bool ends_the_check(const CallResult& result);

// How many bytes this model takes for a token: from two calls that differ in nothing but their text. Nothing where it did not say.
std::optional<double> bytes_per_token(const CallResult& small, std::int64_t small_bytes, const CallResult& large, std::int64_t large_bytes);

}  // namespace argosy::llm
